using System.Net.Sockets;
using System.Text.Json;
using Appliance.Agent.Journal;

namespace Appliance.Agent.Control;

/// <summary>One client of the socket, on a thread of its own: requests in, replies out, until it closes or is too slow.</summary>
internal sealed class ControlSession(Socket socket, IAgentControl agent, Func<bool> stopping)
{
    /// <summary>Events asked of the agent at once.</summary>
    private const int EventsAtOnce = 256;

    private readonly ControlHandler _handler = new(agent);
    private readonly SocketLines _lines = new(socket, ControlLimits.RequestBytesMax);

    /// <summary>Serves until the client is done.</summary>
    public void Run() => _lines.Serve(stopping, line => Serve(line.Span), words => Send(ControlReply.Refused(words)));

    /// <summary>False when the client is gone or does not read.</summary>
    private bool Serve(ReadOnlySpan<byte> line)
    {
        var request = ControlHandler.Parse(line, out var error);
        if (request is null) return Send(ControlReply.Refused(error));
        if (request.Command == ControlCommands.Events) return Events(request.Arguments ?? new ControlArguments());
        // Who gives an order is kept: another process may say in whose name it orders, a person is whom the kernel names.
        if (request.By is null && IsOrder(request)) request = request with { By = WhoOrders.Of(PeerCredentials.Of(socket)) };
        return Send(_handler.Answer(request));
    }

    private static bool IsOrder(ControlRequest request) => request.Command is ControlCommands.Standby or ControlCommands.Online
        or ControlCommands.Switchover or ControlCommands.Maintenance or ControlCommands.Restart or ControlCommands.Cleanup
        or ControlCommands.Reload or ControlCommands.FenceConfirm;

    private bool Events(ControlArguments arguments)
    {
        if (arguments with { SinceSerial = null, Limit = null, Follow = null } != new ControlArguments())
            return Send(ControlReply.Refused("events takes since_serial, limit and follow"));
        var limit = arguments.Limit ?? ControlLimits.EventsMax;
        if (limit is < 0 or > ControlLimits.EventsMax)
            return Send(ControlReply.Refused($"the limit is from 0 to {ControlLimits.EventsMax}"));
        var found = agent.Events(arguments.SinceSerial ?? 0, limit);
        if (!SendEvents(found)) return false;
        if (arguments.Follow != true) return Send(new ControlReply(true));
        var newest = found.Count > 0 ? found[^1].Serial : arguments.SinceSerial ?? 0;
        // Nothing was asked for of the past: begin after its newest event.
        if (found.Count == 0 && agent.Events(newest, 1) is [.., var last]) newest = last.Serial;
        return Follow(newest);
    }

    /// <summary>Goes on until the client closes its side or says anything.</summary>
    private bool Follow(long newest)
    {
        while (!stopping() && !_lines.Readable(ControlLimits.FollowPause))
        {
            var found = agent.Events(newest, EventsAtOnce);
            if (found.Count == 0) continue;
            if (!SendEvents(found)) return false;
            newest = found[^1].Serial;
        }

        return false;
    }

    private bool SendEvents(IReadOnlyList<EventView> events)
    {
        foreach (var happened in events)
            if (!Send(new ControlReply(true, Event: happened))) return false;
        return true;
    }

    private bool Send(ControlReply reply) =>
        LineSender.Send(socket, JsonSerializer.SerializeToUtf8Bytes(reply, ControlJson.Readable.ControlReply));
}
