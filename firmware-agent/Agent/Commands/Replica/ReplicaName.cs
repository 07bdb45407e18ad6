using System.CommandLine;
using Appliance.Agent.Replica.Client;
using Appliance.Agent.Replica.Control;
using Appliance.Agent.Status;
using Types = Appliance.Core.Configuration.Schema.Types;

namespace Appliance.Agent.Commands.Replica;

/// <summary>The NAME of a replica on a command line, and the socket it means: beside the agent's, wherever that is.</summary>
internal static class ReplicaName
{
    private static readonly SocketNames Sockets = new("replica-");

    /// <summary>Of a replica that may or may not run.</summary>
    public static Argument<string> Argument() => Make("Name of the [replica.NAME].", orSocket: false);

    /// <summary>Of a replica that runs: its name, or where its process listens (serve --control).</summary>
    public static Argument<string> Running() => Make("Name of the [replica.NAME], or path of a control socket.", orSocket: true);

    private static Argument<string> Make(string description, bool orSocket)
    {
        var name = new Argument<string>("NAME") { Description = description };
        name.CompletionSources.Add(Sockets.Complete);
        name.Validators.Add(result =>
        {
            if (result.Tokens.Count != 1 || Types.IsName(result.Tokens[0].Value) || (orSocket && IsPath(result.Tokens[0].Value))) return;
            result.AddError($"'{Words.Clean(result.Tokens[0].Value)}' is not the name of a replica{(orSocket ? ", nor a path" : "")}.");
        });
        return name;
    }

    /// <summary>Of a replica with this name; a path, as serve --control was told, is itself.</summary>
    public static string SocketOf(ParseResult line, string name) => IsPath(name)
        ? Path.GetFullPath(name)
        : SocketNames.Beside(line, ReplicaControl.PathOf(name));

    /// <summary>Names of the replicas whose processes have a socket here.</summary>
    public static IReadOnlyList<string> Here(ParseResult line) => Sockets.Here(line);

    /// <summary>Gives an order and prints what became of it.</summary>
    public static int Order(ParseResult line, string name, string order, ReplicaArguments? arguments = null)
    {
        var reply = ReplicaSocket.Ask(
            SocketOf(line, name), new ReplicaRequest(ReplicaCommands.Order, order, arguments),
            ReplicaControl.OrderDeadline + TimeSpan.FromSeconds(2), out var reached);
        var (output, error) = (line.InvocationConfiguration.Output, line.InvocationConfiguration.Error);
        if (reply.Ok) output.WriteLine(Words.Clean(reply.Text ?? "done"));
        else error.WriteLine($"appliance: {Words.Clean(reply.Error ?? "the replica's process refused without a reason")}");
        return (int)(reply.Ok ? ExitCode.Ok : reached ? ExitCode.Warning : ExitCode.Critical);
    }

    private static bool IsPath(string name) => name.Contains('/', StringComparison.Ordinal);
}
