using System.CommandLine;
using System.Text.Json;
using Appliance.Agent.Replica.Client;
using Appliance.Agent.Replica.Control;
using Appliance.Agent.Replica.Text;
using Appliance.Agent.Status;
using Appliance.Core.Replica;

namespace Appliance.Agent.Commands.Replica;

/// <summary><c>appliance replica status</c>: a table, JSON, or /proc/drbd's own lines.</summary>
internal static class ReplicaStatusCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    public static Command Create()
    {
        var name = ReplicaName.Running();
        name.Arity = ArgumentArity.ZeroOrOne;
        name.Description = "Name of the [replica.NAME], or path of a control socket. Default: all that run here.";
        var json = new Option<bool>("--json") { Description = "Everything as JSON, an array." };
        var proc = new Option<bool>("--proc") { Description = "In the format of /proc/drbd (DRBD 8.4)." };
        var watch = new Option<bool>("--watch") { Description = "Again every second, until interrupted." };
        var command = new Command("status", "Shows how the copies of a replica stand.") { name, json, proc, watch };
        command.Validators.Add(result =>
        {
            if (result.GetValue(json) && result.GetValue(proc)) result.AddError("--json and --proc exclude each other.");
        });
        command.SetAction(line =>
        {
            var form = line.GetValue(json) ? Json : line.GetValue(proc) ? ProcDrbd.Of : (Func<IReadOnlyList<ReplicaReply>, string>)Table;
            return line.GetValue(watch) ? Watch(line, line.GetValue(name), form) : Once(line, line.GetValue(name), form);
        });
        return command;
    }

    private static int Watch(ParseResult line, string? name, Func<IReadOnlyList<ReplicaReply>, string> form)
    {
        var clear = Console.IsOutputRedirected ? "" : "\e[H\e[2J";
        while (true)
        {
            line.InvocationConfiguration.Output.Write(clear);
            Once(line, name, form);
            Thread.Sleep(Period);
        }
    }

    private static int Once(ParseResult line, string? name, Func<IReadOnlyList<ReplicaReply>, string> form)
    {
        var names = name is null ? ReplicaName.Here(line) : [name];
        if (names.Count == 0) return Ask.Fail(line, "no replica runs on this node");
        var found = new List<ReplicaReply>();
        foreach (var one in names)
        {
            var reply = ReplicaSocket.Ask(
                ReplicaName.SocketOf(line, one), new ReplicaRequest(ReplicaCommands.Status), Patience, out _);
            if (reply is { Ok: true, Status: not null }) found.Add(reply);
            else line.InvocationConfiguration.Error.WriteLine($"appliance: {one}: {Words.Clean(reply.Error ?? "no status")}");
        }

        if (found.Count > 0) line.InvocationConfiguration.Output.WriteLine(form(found));
        return (int)(found.Count < names.Count ? ExitCode.Critical
            : found.All(reply => ReplicaText.IsWell(reply.Status!)) ? ExitCode.Ok : ExitCode.Warning);
    }

    private static string Json(IReadOnlyList<ReplicaReply> replies) => JsonSerializer.Serialize(
        replies.Select(reply => reply with { Ok = true }).ToArray(), ReplicaStatusJson.Indented.ReplicaReplyArray);

    private static string Table(IReadOnlyList<ReplicaReply> replies) => string.Join(
        "\n", replies.Select(reply => ReplicaText.Of(reply.Status!, reply.Process)));
}
