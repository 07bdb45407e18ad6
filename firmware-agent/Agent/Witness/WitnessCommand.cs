using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using Appliance.Agent.Commands;

namespace Appliance.Agent.Witness;

/// <summary><c>appliance witness</c>: the third vote, on any third machine.</summary>
public static class WitnessCommand
{
    public static Command Create()
    {
        var keys = new Option<string>("--key-file")
        {
            Description = "The cluster's key file, the same as on the nodes.", HelpName = "FILE", DefaultValueFactory = _ =>
                "/etc/appliance/cluster.key",
        };
        var cluster = new Option<string>(
            "--cluster") { Description = "The cluster's name, as in the nodes' file.", HelpName = "NAME", Required = true };
        var listen = new Option<IPEndPoint>("--listen")
        {
            Description = "Numeric address and UDP port to listen on, for example 0.0.0.0:694 or [::]:694.",
            HelpName = "ADDRESS:PORT", Required = true, CustomParser = ParseEndPoint,
        };
        var state = new Option<string>("--state")
        {
            Description = "Directory of the votes. They must survive a power cut.", HelpName = "DIRECTORY", DefaultValueFactory = _ =>
                "/var/lib/appliance-witness",
        };
        var deadtime = Span("--deadtime", "The cluster's deadtime.", 600);
        var keepalive = Span("--keepalive", "The cluster's keepalive.", 100);
        var command = new Command(
            "witness", "Runs the third vote in the foreground: answers the nodes' heartbeats and lets only one of them take over.")
        {
            keys, cluster, listen, state, deadtime, keepalive,
        };
        command.SetAction(line => (int)WitnessProcess.Run(new WitnessOptions(
            line.GetRequiredValue(keys), line.GetRequiredValue(cluster), line.GetRequiredValue(listen), line.GetRequiredValue(state),
            line.GetRequiredValue(deadtime), line.GetRequiredValue(keepalive))));
        return command;
    }

    private static Option<TimeSpan> Span(string name, string words, int milliseconds) => new(name)
    {
        Description = words, HelpName = "DURATION", CustomParser = DurationArgument.Parse, DefaultValueFactory = _ =>
            TimeSpan.FromMilliseconds(milliseconds),
    };

    private static IPEndPoint? ParseEndPoint(ArgumentResult result)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (IPEndPoint.TryParse(text, out var found) && found.Port != 0) return found;
        result.AddError($"'{text}' is not a numeric address and a port, for example 0.0.0.0:694 or [::]:694.");
        return null;
    }
}
