using System.CommandLine;
using Appliance.Agent.Control;

namespace Appliance.Agent.Commands;

/// <summary><c>--socket</c>, which every command takes.</summary>
public static class SocketOption
{
    /// <summary>Environment variable with the same meaning, for trials with several agents on one machine.</summary>
    public const string Variable = "APPLIANCE_SOCKET";

    public static Option<string> Instance { get; } = new("--socket")
    {
        Description = $"Control socket of the agent. Default: ${Variable}, else {ControlLimits.DefaultPath}.",
        HelpName = "PATH",
        Recursive = true,
    };

    /// <summary>Option, else environment, else the default.</summary>
    public static string Of(ParseResult line)
    {
        if (line.GetValue(Instance) is { Length: > 0 } given) return given;
        return Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } set ? set : ControlLimits.DefaultPath;
    }
}
