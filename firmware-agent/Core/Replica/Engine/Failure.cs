using Appliance.Core.Replica.Wire;

namespace Appliance.Core.Replica.Engine;

/// <summary>What must follow when a disk or the peer is lost.</summary>
internal sealed class Failure(Volume volume)
{
    private OperationQueue _waiting;
    private bool _tellNoted;
    private ulong _askAfter;

    /// <summary>Our disk is gone and the peer has not yet noted that it holds the only copy.</summary>
    private bool _isDetaching;

    /// <summary>The peer said goodbye, and has noted that its data is old from now on.</summary>
    public bool PeerLeftOutdated { get; set; }

    /// <summary>The disk that failed under this process: what it had not flushed may be gone, whatever it says of itself.</summary>
    public Guid? GivenUp { get; private set; }

    /// <summary>The question for fencing was put, or can be: our disk has flushed since the peer was lost.</summary>
    public bool MayAsk => _askAfter == 0 || volume.Flushes.Ended >= _askAfter;

    /// <summary>A write of a user failed here.</summary>
    public void LocalWrite(Operation op, int errno)
    {
        if (!volume.HasDisk || TryLeaveToPeer(op, errno)) return;
        volume.Tell(NewsKind.Alarm, $"the only disk failed to write {op.Length} bytes at {op.Offset} (errno {errno})");
    }

    /// <summary>Gives our disk up for a write that it failed to do, if the peer's is good; false: there is no other.</summary>
    public bool TryLeaveToPeer(Operation op, int errno)
    {
        if (!volume.Link.TakesWrites || volume.Link.PeerDisk != DiskState.UpToDate) return false;
        Detach(errno, $"a write of {op.Length} bytes at {op.Offset} failed");
        return true;
    }

    /// <summary>The local disk failed at something that leaves no doubt.</summary>
    public void LocalDisk(int errno, string why)
    {
        if (!volume.HasDisk) return;
        var metadata = why.Contains("cannot be written", StringComparison.Ordinal);
        var others = volume.Role == ReplicaRole.Secondary || (volume.Link.IsEstablished && volume.Link.PeerDisk == DiskState.UpToDate);
        if (others || metadata) Detach(errno, why);
        else volume.Tell(NewsKind.Alarm, $"the only disk fails: {why} (errno {errno})");
    }

    /// <summary>Go on without our disk.</summary>
    public void Detach(int errno, string why)
    {
        if (!volume.HasDisk) return;
        volume.Tell(
            NewsKind.Alarm, errno == 0 ? $"detached: {why}"
                : $"the local disk is given up: {why} (errno {errno}); users are served through the peer if it has the data");
        _isDetaching = volume.Link.IsEstablished;
        if (errno != 0 && volume.Super.IsKnown) GivenUp = volume.Super.Now.Device;
        if (errno != 0) volume.Super.LastWords(others: volume.Link is { IsEstablished: true, PeerDisk: DiskState.UpToDate });
        volume.Disk = DiskState.Diskless;
        if (_isDetaching) volume.Link.Send(FrameKind.Detached, 0, aux: (ulong)errno);
        volume.Link.StateSaid(volume.Role, DiskState.Diskless);
        volume.Io.Abandon(errno == 0 ? 5 : errno);
        volume.Super.DiskGone();
        volume.Pages.DiskGone();
        volume.Intents.DiskGone();
        volume.Unstable.DiskGone(); // Else a later flush would unmark blocks of the disk that is attached next.
        volume.Source.LinkLost();
        volume.Target.LinkLost();
        volume.Roles.DiskGone();
        // What was told in a meeting, or is being copied, was about this disk.
        volume.Verifying.Stop();
        if (volume.Meeting.IsRunning || volume.Link.State is ConnectionState.SyncSource or ConnectionState.SyncTarget)
            volume.Link.Drop("the disk of this node is gone");
    }

    /// <summary>May an operation that our disk does not have be answered? Only when the peer has noted that it is the only one.</summary>
    public bool IsSettled(Operation op)
    {
        if (op.Solo || !_isDetaching) return true;
        _waiting.Add(op);
        return false;
    }

    public void DetachedNoted()
    {
        _isDetaching = false;
        LetGo();
    }

    /// <summary>The peer's disk is gone: what it had not made stable is marked; from now on we have the only copy.</summary>
    public void PeerDetached(ulong errno)
    {
        volume.Tell(NewsKind.Alarm, $"the peer has lost its disk (errno {errno})");
        PeerDiskGone();
        _tellNoted = true;
        // Even if nobody writes: whatever its disk says when it comes back, ours is the newer one.
        volume.Alone.Need();
    }

    /// <summary>The peer could not carry out a request.</summary>
    public void PeerRefused(ulong sequence, ulong errno)
    {
        if (volume.Link.Find(sequence) is { Kind: OpKind.VerifySource })
        {
            // A block that cannot be read there is no disk that is gone: it differs, and is written anew.
            volume.Verifying.Refused(volume.Link.Answered(sequence)!, errno);
            return;
        }

        volume.Tell(NewsKind.Alarm, $"the peer's disk failed (errno {errno})");
        PeerDiskGone();
    }

    public bool Settle()
    {
        if (_askAfter != 0 && MayAsk)
        {
            _askAfter = 0;
            if ((volume.Gate & Gate.Fencing) != 0) volume.Effects.Add(EffectKind.AskFence);
        }

        if (!_tellNoted || (volume.Alone.IsNeeded && !volume.Alone.IsNoted)) return false;
        _tellNoted = false;
        volume.Link.Send(FrameKind.DetachedNoted, 0);
        return true;
    }

    /// <summary>Nothing is answered until the agent, or the peer itself, has said where the peer stands. The answer may be that the
    /// peer's copy is old from now on: first our disk flushes, as what both had answered may be in nothing but two caches.</summary>
    public void AskWhetherAlone()
    {
        volume.Close(Gate.Fencing);
        _askAfter = volume.Flushes.Next;
        volume.Flushes.Want();
    }

    /// <summary>The connection is gone.</summary>
    public void PeerLost(bool established, DiskState peerDisk, Operation?[] asked)
    {
        var primary = volume.Role == ReplicaRole.Primary;
        if (primary && established && !PeerLeftOutdated && volume.Config.Fencing == Fencing.ResourceOnly
            && peerDisk is DiskState.UpToDate or DiskState.Consistent && volume.HasDisk)
        {
            AskWhetherAlone();
        }

        if (primary) volume.Meeting.PrimarySinceSplit = true;
        var lost = TakeAsked(asked, out var count);
        var marked = MarkLost(lost, count);
        _tellNoted = false;
        volume.Source.LinkLost();
        volume.Target.LinkLost();
        volume.Verifying.LinkLost();
        volume.PeerPath.LinkLost();
        volume.Orders.LinkLost();
        volume.Leaving.LinkLost();
        volume.Roles.LinkLost();
        if (marked && primary) volume.Alone.Need();
        if (PeerLeftOutdated) volume.Roles.NotePeerOutdated();
        GoOn(lost, count);
        volume.Flushes.PeerLost();
        _isDetaching = false;
        LetGo();
        if (volume.HasDisk) volume.Pages.Want();
        if (!primary && volume.Disk == DiskState.UpToDate && !PeerLeftOutdated && established) volume.SetDisk(DiskState.Consistent);
        PeerLeftOutdated = false;
        volume.Meeting.LinkLost();
    }

    private void PeerDiskGone()
    {
        if (volume.Link.PeerDisk < DiskState.Inconsistent) return;
        if (volume.Link.State is ConnectionState.SyncSource or ConnectionState.SyncTarget)
        {
            volume.Link.Drop("the disk of the peer is gone");
            return;
        }

        volume.Link.PeerDisk = DiskState.Diskless;
        volume.Verifying.Stop();
        var lost = volume.Link.TakeWrites(out var count);
        var marked = MarkLost(lost, count);
        if (marked) volume.Alone.Need();
        GoOn(lost, count);
        volume.Flushes.PeerLost();
    }

    private readonly Operation[] _lost = new Operation[OperationPool.Max];

    private Operation[] TakeAsked(Operation?[] asked, out int count)
    {
        count = 0;
        for (var at = 0; at < asked.Length; at++)
        {
            if (asked[at] is not { } op) continue;
            asked[at] = null;
            _lost[count++] = op;
        }

        Array.Sort(_lost, 0, count, BySequence);
        return _lost;
    }

    private static readonly Comparer<Operation> BySequence =
        Comparer<Operation>.Create((left, right) => left.Sequence.CompareTo(right.Sequence));

    /// <summary>Marks what the peer may lack; true if there was anything.</summary>
    private bool MarkLost(Operation[] lost, int count)
    {
        var (any, gone) = (false, 0);
        for (var at = 0; at < count; at++)
        {
            if (lost[at].Kind is not (OpKind.FrontWrite or OpKind.FrontZero)) continue;
            if (lost[at].Answered && !volume.HasDisk) gone++;
            volume.Front.PeerLost(lost[at]);
            any = true;
        }

        if (gone > 0) volume.Tell(NewsKind.Alarm, $"{gone} writes are lost: answered early, not on the peer, and the disk here is gone");

        if (volume.Fault == ReplicaFault.ForgetUnstableAtMeeting) return any;
        return volume.HasDisk ? volume.Unstable.MarkAll() > 0 || any : any;
    }

    private void GoOn(Operation[] lost, int count)
    {
        for (var at = 0; at < count; at++)
        {
            switch (lost[at].Kind)
            {
                case OpKind.FrontRead: volume.RemoteReads.PeerLost(lost[at]); break;
                case OpKind.CopySource: volume.Source.Abandon(lost[at]); break;
                case OpKind.VerifySource: volume.Verifying.Abandon(lost[at]); break;
                default: volume.Front.GoOn(lost[at]); break;
            }
        }
    }

    private void LetGo()
    {
        var waiting = _waiting.TakeAll();
        while (waiting.Take() is { } op) volume.Front.GoOn(op);
    }
}
