using Appliance.Core;

namespace Appliance.Agent.Commands;

/// <summary>Reads a configuration file from disk.</summary>
internal static class ConfigFile
{
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
