using Appliance.Core.Replica.Wire;

using Appliance.Core.Time;

namespace Appliance.Core.Replica.Engine;

/// <summary>
/// Flushes of users, and our own in the background. One runs and one gathers: all that come while one runs share the next, which covers
/// every write that was answered before any of them came.
/// </summary>
internal sealed class Flushes(Volume volume)
{
    private OperationQueue _gathering;
    private OperationQueue _running;
    private bool _isWanted;
    private bool _isForBoth;
    private bool _isRunning;
    private bool _localPending;
    private bool _peerPending;
    private bool _localFailed;
    private ulong _sequence;
    private ulong _clock;
    private ulong _mark;

    public bool IsBusy => _isRunning || _isWanted || _gathering.Head is not null;

    /// <summary>Number of flushes that ended, for whoever needs one after a moment.</summary>
    public ulong Ended { get; private set; }

    /// <summary>When so many have ended, one has that begins after this moment.</summary>
    public ulong Next => Ended + (_isRunning ? 2UL : 1UL);

    public void Add(Operation op)
    {
        _gathering.Add(op);
        volume.Stirred = true;
    }

    /// <summary>When the peer was asked for the flush that it has not answered; null: it owes none.</summary>
    public Instant? PeerSince { get; private set; }

    /// <summary>One of our own. <paramref name="both"/>: a secondary asks its primary for one as well.</summary>
    public void Want(bool both = false)
    {
        _isWanted = volume.Stirred = true;
        _isForBoth |= both;
    }

    public bool Settle()
    {
        if (_isRunning || !(_isWanted || _gathering.Head is not null || volume.Unstable.WantsFlush)) return false;
        if (!volume.HasDisk && !volume.Link.TakesWrites)
        {
            _isWanted = false;
            while (_gathering.Take() is { } op) volume.Front.NoData(op);
            return false;
        }

        (_isRunning, _isWanted, _localFailed) = (true, false, false);
        _running = _gathering.TakeAll();
        (_clock, _mark) = (volume.Unstable.BeginFlush(), volume.Unstable.Mark);
        _localPending = volume.HasDisk;
        _peerPending = volume.Link.TakesWrites || (_isForBoth && volume.Link is { IsEstablished: true, PeerDisk: DiskState.UpToDate });
        _isForBoth = false;
        PeerSince = _peerPending ? volume.Now : null;
        if (_peerPending) _sequence = volume.Link.SendFlush();
        if (_localPending) volume.Io.Flush(IoOwner.Flush);
        return true;
    }

    public void LocalDone(int result)
    {
        _localPending = false;
        if (result < 0)
        {
            // What a failed flush left behind is unknown, and asking again would hide it.
            _localFailed = true;
            volume.Failure.LocalDisk(-result, "the disk cannot flush");
            // The only disk goes on, and the next flush will not tell again what this one lost: it may differ from the peer's copy.
            if (volume.HasDisk && volume.Unstable.MarkAll() > 0) volume.Pages.Want();
        }

        GoOn();
    }

    public void PeerDone(ulong sequence)
    {
        if (!_peerPending || sequence != _sequence) return;
        (_peerPending, PeerSince) = (false, null);
        GoOn();
    }

    /// <summary>The peer will not answer; what it had not flushed has been marked.</summary>
    public void PeerLost()
    {
        if (!_peerPending) return;
        (_peerPending, _mark, PeerSince) = (false, 0, null);
        GoOn();
    }

    private void GoOn()
    {
        // Early protocols promise order at the peer, not durability there.
        var peerCounts = _peerPending && volume.Config.Protocol != Protocol.A;
        if (!_isRunning || _localPending || (_peerPending && (peerCounts || _running.Head is null))) return;
        if (volume.Fault == ReplicaFault.FlushCoversLater)
            while (_gathering.Take() is { } later) _running.Add(later);
        var answered = _running.TakeAll();
        while (answered.Take() is { } op)
        {
            (op.LocalFailed, op.Solo) = (_localFailed, volume.Alone.IsNeeded && !volume.Link.TakesWrites);
            op.Result = -5;
            volume.Front.GoOn(op);
        }

        if (_peerPending) return;
        _isRunning = false;
        Ended++;
        if (!_localFailed) volume.Unstable.Flushed(_clock, _mark);
        volume.Front.RoomAgain();
    }
}
