using Appliance.Core;
using Appliance.Core.Cluster;

namespace Appliance.Agent.Journal;

/// <summary>The last events of this node: in memory for <c>appliance events</c>, and in a file that survives power cuts.</summary>
public sealed class EventStore : IDisposable
{
    private readonly Queue<EventView> _kept = new();
    private readonly EventFile _file;
    private readonly string _node;
    private readonly Func<long> _unixMs;
    private readonly Func<long> _bootMs;
    private long _serial;

    /// <summary>Reads what an earlier run left and goes on after its last serial.</summary>
    /// <param name="directory">Of events.jsonl; made if missing.</param>
    /// <param name="node">Own name.</param>
    /// <param name="unixMs">Wall clock, milliseconds.</param>
    /// <param name="bootMs">Boot clock, milliseconds.</param>
    /// <param name="complain">Told in words when the file cannot be written, and when it can again. Any thread.</param>
    public EventStore(string directory, string node, Func<long> unixMs, Func<long> bootMs, Action<string> complain)
    {
        (_node, _unixMs, _bootMs) = (node, unixMs, bootMs);
        _file = new EventFile(directory, complain);
        foreach (var old in _file.ReadTail()) Keep(old);
        if (_kept.Count > 0) _serial = _kept.Max(old => old.Serial);
    }

    /// <summary>Events that could not be written to the file since the start.</summary>
    public long Lost => _file.Lost;

    /// <summary>Serial of the newest event; 0: there was none.</summary>
    public long Last
    {
        get
        {
            lock (_kept) return _serial;
        }
    }

    /// <summary>Stamps an event, keeps it, and hands it to the file's writer. Never waits for the disk. Any thread.</summary>
    public EventView Add(Report report)
    {
        lock (_kept)
        {
            var stamped = EventView.Of(report, _node, ++_serial, _unixMs(), _bootMs());
            Keep(stamped);
            _file.Append(stamped);
            return stamped;
        }
    }

    /// <summary>At most <paramref name="limit"/> of the events with a larger serial, oldest first; the newest if there are more.</summary>
    public IReadOnlyList<EventView> Since(long serial, int limit)
    {
        lock (_kept)
        {
            if (serial >= _serial) return [];
            var later = _kept.Where(kept => kept.Serial > serial).ToList();
            return later.Count <= limit ? later : later.GetRange(later.Count - limit, limit);
        }
    }

    private void Keep(EventView stamped)
    {
        _kept.Enqueue(stamped);
        while (_kept.Count > Limits.EventsKept) _kept.Dequeue();
    }

    /// <summary>Writes what waits, for at most two seconds.</summary>
    public void Dispose() => _file.Dispose();
}
