using System.CommandLine;
using System.Text;
using Appliance.Agent.Status;
using Appliance.Core.Configuration;

namespace Appliance.Agent.Commands;

/// <summary><c>appliance config show</c>: the effective configuration, every default filled in.</summary>
public static class ConfigShowCommand
{
    public static Command Create()
    {
        var file = ConfigCommand.FileArgument();
        var json = new Option<bool>("--json") { Description = "The same keys as JSON." };
        var command = new Command("show", "Prints a configuration file as it is understood, with every default.") { file, json };
        command.SetAction(line => Run(line, line.GetRequiredValue(file), line.GetValue(json)));
        return command;
    }

    private static int Run(ParseResult line, string path, bool json)
    {
        if (ConfigFile.Read(path, out var problem) is not { } bytes) return Ask.Fail(line, problem);
        var result = ConfigReader.Read(bytes);
        foreach (var wrong in result.Problems) line.InvocationConfiguration.Error.WriteLine($"{path}:{Words.Clean(wrong.ToString())}");
        if (result.Config is not { } config) return (int)ExitCode.Critical;
        var text = ConfigText.Write(config);
        line.InvocationConfiguration.Output.Write(
            json ? TomlJson.Of(Encoding.UTF8.GetBytes(text)) + "\n" : $"# digest {config.Digest:x8}\n{text}");
        return (int)ExitCode.Ok;
    }
}
