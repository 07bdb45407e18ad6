using System.CommandLine;

namespace Appliance.Agent.Commands;

/// <summary><c>appliance config</c>: what concerns the file and needs no running agent. <c>reload</c> is added by the command
/// tree.</summary>
public static class ConfigCommand
{
    public const string FileDefault = "/etc/appliance/appliance.toml";

    public static Command Create() =>
        new("config", "Checks, shows and reloads the configuration file.") { ConfigCheckCommand.Create(), ConfigShowCommand.Create() };

    internal static Argument<string> FileArgument() => new("FILE")
    {
        Description = $"Configuration file. Default: {FileDefault}",
        Arity = ArgumentArity.ZeroOrOne,
        DefaultValueFactory = _ => FileDefault,
    };
}
