using Appliance.Agent.Replica.Control;
using Appliance.Core.Replica;

namespace Appliance.Agent.Replica.Process;

/// <summary>What the replica's thread last said of itself, for the threads of the control socket. It is only asked to say anything while
/// somebody wants to know.</summary>
/// <param name="wake">Makes the replica's thread look around.</param>
internal sealed class StatusBoard(Action wake)
{
    private const int NewsMax = 256;
    private readonly object _gate = new();
    private readonly Queue<(long Serial, ReplicaNews News)> _news = new();
    private long _newsSerial;
    private long _version;
    private long _asked;
    private int _watchers;
    private ReplicaWatch? _watch;
    private ReplicaReply? _status;

    /// <summary>Somebody waits for a snapshot.</summary>
    public bool IsAsked => Volatile.Read(ref _asked) > Volatile.Read(ref _version);

    /// <summary>Somebody wants to hear of changes.</summary>
    public bool IsWatched => Volatile.Read(ref _watchers) > 0;

    /// <summary>Of the replica's thread.</summary>
    public void Publish(ReplicaStatus status, ReplicaProcessStatus process, ReplicaWatch watch)
    {
        lock (_gate)
        {
            Volatile.Write(ref _version, Math.Max(_version + 1, _asked));
            (_status, _watch) = (new ReplicaReply(true, Status: status, Process: process), watch);
            Monitor.PulseAll(_gate);
        }
    }

    public void Tell(ReplicaNews news)
    {
        lock (_gate)
        {
            _news.Enqueue((++_newsSerial, news));
            if (_news.Count > NewsMax) _news.Dequeue();
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>A snapshot taken after this call; null when the replica's thread does not give one within the time.</summary>
    public ReplicaReply? Ask(TimeSpan patience)
    {
        lock (_gate)
        {
            var wanted = _version + 1;
            Volatile.Write(ref _asked, Math.Max(_asked, wanted));
            wake();
            var until = Environment.TickCount64 + (long)patience.TotalMilliseconds;
            while (_version < wanted)
            {
                var left = until - Environment.TickCount64;
                if (left <= 0) return null;
                Monitor.Wait(_gate, (int)left);
            }

            return _status;
        }
    }

    public void Watch()
    {
        Interlocked.Increment(ref _watchers);
        wake();
    }

    public void Unwatch() => Interlocked.Decrement(ref _watchers);

    /// <summary>Waits for something new after what was last seen; false when nothing came.</summary>
    public bool Wait(ref ReplicaWatch? seen, ref long serial, TimeSpan time, List<ReplicaNews> news)
    {
        lock (_gate)
        {
            if (Equals(seen, _watch) && serial == _newsSerial) Monitor.Wait(_gate, time);
            foreach (var (number, item) in _news)
                if (number > serial) news.Add(item);
            var changed = !Equals(seen, _watch) || serial != _newsSerial;
            (seen, serial) = (_watch, _newsSerial);
            return changed;
        }
    }

    /// <summary>Number of the newest news: what was told before is past.</summary>
    public long Serial
    {
        get
        {
            lock (_gate) return _newsSerial;
        }
    }
}
