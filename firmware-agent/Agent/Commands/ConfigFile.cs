using System.CommandLine;
using Appliance.Core;
using Appliance.Core.Configuration;

namespace Appliance.Agent.Commands;

/// <summary>The configuration file of a command, and how it is read from disk.</summary>
internal static class ConfigFile
{
    /// <summary><c>--config FILE</c>.</summary>
    public static Option<string> Option() => new("--config")
    {
        Description = "Configuration file.", HelpName = "FILE", DefaultValueFactory = _ => ConfigCommand.FileDefault,
    };

    /// <summary>The configuration; null and a sentence when there is none that can be used.</summary>
    public static ApplianceConfig? Usable(string path, out string problem)
    {
        if (Read(path, out problem) is not { } bytes) return null;
        var config = ConfigReader.Read(bytes).Config;
        if (config is null) problem = $"{path} cannot be used: appliance config check says why";
        return config;
    }

    /// <summary>The same for a command that ends without one: the sentence is printed.</summary>
    public static ApplianceConfig? Usable(ParseResult line, string path)
    {
        var config = Usable(path, out var problem);
        if (config is null) Ask.Fail(line, problem);
        return config;
    }

    /// <summary>The bytes, one more than allowed at most so that the reader can refuse them; null and a sentence when there is nothing to
    /// read.</summary>
    public static byte[]? Read(string path, out string problem)
    {
        problem = "";
        try
        {
            using var file = File.OpenRead(path);
            var bytes = new byte[Limits.ConfigBytesMax + 1];
            return bytes[..file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            problem = $"{path}: {fault.Message}";
            return null;
        }
    }
}
