using System.Collections.Concurrent;
using Appliance.Core;
using Appliance.Core.Cluster;

namespace Appliance.Agent.Decision;

/// <summary>Events from every thread, in the order they were posted, for the one loop that decides. <paramref name="wake"/> ends its
/// sleep.</summary>
public sealed class Inbox(Action wake)
{
    private readonly ConcurrentQueue<Event> _events = new();

    /// <summary>Adds an event. Events are completions and commands: none may be dropped, so too many are our own bug.</summary>
    public void Post(Event happened)
    {
        Invariant.Check(_events.Count < Limits.InboxEventsMax);
        _events.Enqueue(happened);
        wake();
    }

    /// <summary>Takes the oldest event, if there is one.</summary>
    public bool TryTake([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Event? happened) => _events.TryDequeue(out happened);
}
