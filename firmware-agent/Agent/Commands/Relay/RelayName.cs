using System.CommandLine;
using Appliance.Agent.Lines;
using Appliance.Agent.Status;
using Types = Appliance.Core.Configuration.Schema.Types;

namespace Appliance.Agent.Commands.Relay;

/// <summary>The NAME of a relay on a command line, and its keeper's socket: beside the agent's, wherever that is.</summary>
internal static class RelayName
{
    private static readonly SocketNames Sockets = new("relay-");

    public static Argument<string> Argument()
    {
        var name = new Argument<string>("NAME") { Description = "Name of the [device.NAME]." };
        name.CompletionSources.Add(Sockets.Complete);
        name.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && !Types.IsName(result.Tokens[0].Value))
                result.AddError($"'{Words.Clean(result.Tokens[0].Value)}' is not the name of a device.");
        });
        return name;
    }

    public static string SocketOf(ParseResult line, string name) => SocketNames.Beside(line, LineControl.PathOf(name));

    /// <summary>Names of the relays whose keepers have a socket here.</summary>
    public static IReadOnlyList<string> Here(ParseResult line) => Sockets.Here(line);
}
