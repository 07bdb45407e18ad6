using Appliance.Agent.Commands;
using Appliance.Agent.Replica.Control;
using Appliance.Core.Replica;
using Appliance.Core.Time;

namespace Appliance.Agent.Replica.Process;

/// <summary>
/// Takes snapshots on the engine's thread: at once when something rare has happened, every tenth of a second while somebody watches, when
/// somebody asks, and never otherwise. Counts what the thread allocates apart from that.
/// </summary>
internal sealed class StatusTaker(
    string name, StatusBoard board, Func<Instant, ReplicaStatus> status, Func<FrontEnds> fronts, Func<long> answered)
{
    private static readonly TimeSpan Rhythm = TimeSpan.FromMilliseconds(100);
    private static readonly Instant Never = new(TimeSpan.FromDays(36500));

    private Instant _nextAt;
    private bool _changed = true;
    private long _allocatedAtBegin;
    private long _allocatedHere;
    private long _turns;

    /// <summary>The engine waits to hear whether it may go on alone.</summary>
    public bool AskFence { get; set; }

    /// <summary>uring or pool, and why.</summary>
    public string LoopWords { get; set; } = "";

    /// <summary>Managed bytes that the thread has allocated for anything but snapshots.</summary>
    public long Allocated => GC.GetAllocatedBytesForCurrentThread() - _allocatedAtBegin - _allocatedHere;

    public long Turns => _turns;

    public void Begin() => _allocatedAtBegin = GC.GetAllocatedBytesForCurrentThread();

    /// <summary>Something that watchers act on may have changed.</summary>
    public void Changed() => _changed = true;

    /// <summary>After every turn. When to come again.</summary>
    public Instant Turned(Instant now)
    {
        _turns++;
        var watched = board.IsWatched;
        if (_changed || board.IsAsked || (watched && now >= _nextAt)) Take(now);
        return watched ? _nextAt : Never;
    }

    public void End() => board.Tell(new ReplicaNews(NewsKind.Notice, $"the process of {name} ends"));

    private void Take(Instant now)
    {
        var (before, allocated) = (GC.GetAllocatedBytesForCurrentThread(), Allocated); // Without what this snapshot itself takes.
        (_changed, _nextAt) = (false, now + Rhythm);
        var (state, there) = (status(now), fronts());
        if (state.Frozen.Length == 0) AskFence = false;
        var device = there.Path(name);
        board.Publish(
            state,
            new ReplicaProcessStatus(
                Environment.ProcessId, VersionCommand.Version, LoopWords, there.Names, device, answered(), _turns, allocated),
            new ReplicaWatch(
                state.Name, state.Connection, state.Role, state.PeerRole, state.Disk, state.PeerDisk, state.Why, state.Frozen, AskFence,
                state.Alone, state.PeerOutdated, state.PeerSeen, state.Term, state.DataBytes, device, state.Progress is not null,
                there.Survived));
        _allocatedHere += GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
