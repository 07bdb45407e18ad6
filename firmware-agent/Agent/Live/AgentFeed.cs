using Appliance.Agent.Commands;
using Appliance.Agent.Control;
using Appliance.Agent.Journal;
using Appliance.Agent.Status;

namespace Appliance.Agent.Live;

/// <summary>Snapshots and events of an agent that may come and go. One thread.</summary>
internal sealed class AgentFeed(string socket) : IDisposable
{
    private const int EventsKept = 100;

    private readonly Queue<EventView> _events = new();
    private ControlClient? _following;

    /// <summary>The last snapshot there was.</summary>
    public StatusView? View { get; private set; }

    /// <summary>Why <see cref="View"/> is old; empty: it is not.</summary>
    public string Problem { get; private set; } = "";

    /// <summary>Newest last.</summary>
    public IEnumerable<EventView> Events => _events;

    /// <summary>Asks for a new snapshot; connects again if the agent was gone.</summary>
    public void Refresh()
    {
        var view = Ask.Status(socket, out var error);
        View = view ?? View;
        Problem = view is null ? error : "";
        if (view is not null && _following is null) Follow();
    }

    /// <summary>Waits for news at most this long. True when there are some: the picture is old.</summary>
    public bool Wait(TimeSpan pause)
    {
        if (_following is null)
        {
            Thread.Sleep(pause);
            return false;
        }

        if (!_following.Readable(pause)) return false;
        // What is buffered comes at once; a torn line of a dying agent does not hold us up.
        var reply = _following.Receive(out _, TimeSpan.FromMilliseconds(200));
        if (reply is { Ok: true, Event: { } happened }) Keep(happened);
        else Drop();
        return true;
    }

    private void Follow()
    {
        _following = ControlClient.Connect(socket, out _);
        _events.Clear();
        _following?.Send(new ControlRequest(ControlCommands.Events, new ControlArguments(Limit: EventsKept, Follow: true)));
    }

    private void Keep(EventView happened)
    {
        _events.Enqueue(happened);
        while (_events.Count > EventsKept) _events.Dequeue();
    }

    private void Drop()
    {
        _following?.Dispose();
        _following = null;
    }

    public void Dispose() => Drop();
}
