using System.CommandLine;
using Appliance.Agent.Control;
using Appliance.Agent.Journal;
using Appliance.Agent.Status;

namespace Appliance.Agent.Commands;

/// <summary>What short commands have in common: ask the agent, print its sentence, choose the exit code.</summary>
internal static class Ask
{
    /// <summary>Sends an order and prints the answer: to the output when taken, to the error stream when refused.</summary>
    public static int Order(ParseResult line, ControlRequest request)
    {
        var reply = ControlClient.Ask(SocketOption.Of(line), request, out var reached);
        var (output, error) = (line.InvocationConfiguration.Output, line.InvocationConfiguration.Error);
        if (reply.Ok) output.WriteLine(Words.Clean(reply.Text ?? "done"));
        else error.WriteLine($"appliance: {Words.Clean(reply.Error ?? "the agent refused without a reason")}");
        return (int)(reply.Ok ? ExitCode.Ok : reached ? ExitCode.Warning : ExitCode.Critical);
    }

    /// <summary>The snapshot; null and a sentence when there is none.</summary>
    public static StatusView? Status(ParseResult line, out string error) => Status(SocketOption.Of(line), out error);

    /// <summary>The snapshot; null and a sentence when there is none.</summary>
    public static StatusView? Status(string socket, out string error)
    {
        var reply = ControlClient.Ask(socket, new ControlRequest(ControlCommands.Status), out _);
        error = reply.Error ?? "the agent's answer has no status";
        return reply is { Ok: true, Status: { Node: not null, Peer: not null } view } ? view : null;
    }

    /// <summary>The newest events the agent keeps, oldest first; null and a sentence when there are none to be had.</summary>
    public static IReadOnlyList<EventView>? Events(ParseResult line, out string error) => Events(line, 0, out error);

    /// <summary>Those of them with a larger serial.</summary>
    public static IReadOnlyList<EventView>? Events(ParseResult line, long since, out string error)
    {
        using var client = ControlClient.Connect(SocketOption.Of(line), out error);
        if (client is null) return null;
        client.Send(new ControlRequest(ControlCommands.Events, new ControlArguments(SinceSerial: since, Limit: ControlLimits.EventsMax)));
        var events = new List<EventView>();
        while (true)
        {
            if (client.Receive(out error) is not { } reply) return null;
            error = reply.Error ?? "the agent refused without a reason";
            if (!reply.Ok) return null;
            if (reply.Event is not { } happened) return events;
            events.Add(happened);
        }
    }

    /// <summary>Says what is wrong; exit code 2.</summary>
    public static int Fail(ParseResult line, string error)
    {
        line.InvocationConfiguration.Error.WriteLine($"appliance: {Words.Clean(error)}");
        return (int)ExitCode.Critical;
    }
}
