using Appliance.Core.Cluster;

namespace Appliance.Agent.Heartbeat;

/// <summary>A bounded queue from the heartbeat thread to the decision loop. One writer, one reader, no locks, no allocation when
/// writing.</summary>
public sealed class HeartbeatRing
{
    /// <summary>A power of two. At ten a second on eight links: three seconds of a loop that stands still.</summary>
    public const int Capacity = 256;

    private readonly HeardItem[] _items = new HeardItem[Capacity];
    private uint _written;
    private uint _taken;

    /// <summary>Heartbeats that found no room.</summary>
    public long Dropped { get; private set; }

    /// <summary>Sees every heartbeat of the peer as it is taken, on the reader's thread.</summary>
    public HeardObserver? Observer { get; set; }

    /// <summary>Adds an item; false when the reader is too far behind.</summary>
    public bool TryAdd(in HeardItem item)
    {
        if (_written - Volatile.Read(ref _taken) == Capacity)
        {
            Dropped++;
            return false;
        }

        _items[_written % Capacity] = item;
        Volatile.Write(ref _written, _written + 1);
        return true;
    }

    /// <summary>Takes the oldest item as an event, if there is one.</summary>
    public Event? Take()
    {
        if (_taken == Volatile.Read(ref _written)) return null;
        ref var item = ref _items[_taken % Capacity];
        if (item is { Standing: null, Link: not HeardItem.WitnessLink }) Observer?.Invoke(item);
        Event happened = item switch
        {
            { Standing: { } standing } => new Event.LinkUsable(item.Link, standing.IsGood, standing.Problem),
            { Link: HeardItem.WitnessLink } => new Event.WitnessHeard(item.Heartbeat, item.At, item.Fresh),
            _ => new Event.Heard(item.Link, item.Heartbeat, item.At, item.Fresh),
        };
        item.Standing = null;
        Volatile.Write(ref _taken, _taken + 1);
        return happened;
    }
}
