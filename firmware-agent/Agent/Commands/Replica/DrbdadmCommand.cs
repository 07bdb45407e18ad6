using System.CommandLine;
using Appliance.Agent.Replica.Client;
using Appliance.Agent.Replica.Control;
using Appliance.Agent.Replica.Drbd;
using Appliance.Agent.Status;
using Appliance.Drivers.Script;

namespace Appliance.Agent.Commands.Replica;

/// <summary><c>appliance drbdadm VERB RESOURCE</c>, and <c>drbdadm</c> where that is a link to us: DRBD's verbs for hands and scripts that
/// know them. A resource is a replica's name.</summary>
internal static class DrbdadmCommand
{
    public const string Name = "drbdadm";
    private const int NotDefined = 10;
    private const int StateChangeFailed = 17;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan UnitDeadline = TimeSpan.FromSeconds(60);

    public static Command Create()
    {
        var words = new Argument<string[]>("WORD") { Description = "As drbdadm takes them.", Arity = ArgumentArity.ZeroOrMore };
        var command = new Command(Name, "Understands the verbs of DRBD's drbdadm.") { words };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(line => Run(line, [.. line.Tokens.Select(token => token.Value).SkipWhile(word => word != Name).Skip(1)]));
        return command;
    }

    private static int Run(ParseResult line, IReadOnlyList<string> words)
    {
        var error = line.InvocationConfiguration.Error;
        var socketAt = words.ToList().IndexOf("--socket"); // Ours, for trials.
        if (socketAt >= 0) words = [.. words.Take(socketAt), .. words.Skip(socketAt + 2)];
        if (DrbdadmLine.Read(words, out var problem) is not { } wish)
        {
            error.WriteLine(Words.Clean(problem));
            return 1;
        }

        if (wish.Resource != DrbdadmLine.All) return One(line, wish, wish.Resource);
        var worst = 0;
        foreach (var name in ReplicaName.Here(line)) worst = Math.Max(worst, One(line, wish, name));
        return worst;
    }

    private static int One(ParseResult line, DrbdadmLine wish, string name) => wish.Verb switch
    {
        "role" or "state" or "cstate" or "dstate" or "status" => Show(line, wish.Verb, name),
        "create-md" => Ours(line, wish.Force ? ["replica", "create", name, "--force"] : ["replica", "create", name]),
        "dump-md" => Ours(line, ["replica", "dump", name]),
        "up" or "down" => Unit(line, wish.Verb == "up" ? "start" : "stop", name),
        "invalidate-remote" => Order(line, name, ReplicaOrderNames.Invalidate, new ReplicaArguments(Peer: true)),
        "primary" => Ours(line, [.. ReplicaWords(line, "primary", name), .. wish.Force ? ["--force"] : Array.Empty<string>()]),
        "secondary" => Ours(line, ReplicaWords(line, "secondary", name)),
        "connect" => Order(line, name, ReplicaOrderNames.Connect, wish.DiscardMyData ? new ReplicaArguments(DiscardMyData: true) : null),
        var verb => Order(line, name, verb, null), // disconnect, invalidate, verify, attach, detach, resize: the same words.
    };

    /// <summary>Through our own command, which knows when the agent decides instead.</summary>
    private static string[] ReplicaWords(ParseResult line, string verb, string name) =>
        ["replica", verb, name, "--socket", SocketOption.Of(line)];

    private static int Ours(ParseResult line, string[] words)
    {
        var code = CommandTree.Run(CommandTree.Create(_ => ExitCode.Critical), words, line.InvocationConfiguration);
        return code == 0 ? 0 : StateChangeFailed;
    }

    private static int Show(ParseResult line, string verb, string name)
    {
        var reply = ReplicaSocket.Ask(
            ReplicaName.SocketOf(line, name), new ReplicaRequest(ReplicaCommands.Status), Patience, out var reached);
        if (!reached)
        {
            line.InvocationConfiguration.Error.WriteLine($"'{Words.Clean(name)}' not defined in your config (for this host).");
            return NotDefined;
        }

        if (reply.Status is not { } status) return Failed(line, name, reply.Error ?? "no status");
        line.InvocationConfiguration.Output.WriteLine(DrbdAnswers.Of(verb, status));
        return 0;
    }

    private static int Order(ParseResult line, string name, string order, ReplicaArguments? arguments)
    {
        var reply = ReplicaSocket.Ask(
            ReplicaName.SocketOf(line, name), new ReplicaRequest(ReplicaCommands.Order, order, arguments),
            ReplicaControl.OrderDeadline + TimeSpan.FromSeconds(2), out _);
        return reply.Ok ? 0 : Failed(line, name, reply.Error ?? "refused without a reason");
    }

    private static int Unit(ParseResult line, string verb, string name)
    {
        using var deadline = new CancellationTokenSource(UnitDeadline);
        var end = ProcessRunner.Run(["/usr/bin/systemctl", verb, ReplicaUnit.Of(name)], null, deadline.Token);
        return end.ExitCode == 0 ? 0 : Failed(line, name, $"systemctl {verb} {ReplicaUnit.Of(name)}: {end.Words}");
    }

    private static int Failed(ParseResult line, string name, string why)
    {
        line.InvocationConfiguration.Error.WriteLine($"{name}: State change failed: {Words.Clean(why)}");
        return StateChangeFailed;
    }
}
