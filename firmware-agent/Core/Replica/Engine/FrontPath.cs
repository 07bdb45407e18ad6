using Appliance.Core.Replica.Wire;
using Appliance.Core.Time;

namespace Appliance.Core.Replica.Engine;

/// <summary>
/// Users' writes, on a primary.
/// <code>
///   arrived ─gate─▶ claimed ─intent durable─▶ issued: local disk ∥ peer ─both done─▶ [alone: noted] ─▶ answered
/// </code>
/// </summary>
internal sealed class FrontPath(Volume volume)
{
    private const int EIO = 5;
    private const int EINVAL = 22;
    private const int ENOMEM = 12;
    private const int EROFS = 30;
    private OperationQueue _held;
    private int _writesUnderWay;
    private int _aheadBytes;

    /// <summary>Requests that are not answered.</summary>
    public int Pending { get; private set; }

    /// <summary>Writes on their way to a disk or to the peer: what a frozen moment waits for.</summary>
    public int WritesUnderWay => _writesUnderWay;

    /// <summary>Requests end with an error: this node lets go.</summary>
    public bool IsFailing { get; private set; }

    /// <summary>A user's request was seen last then.</summary>
    public Instant LastAt { get; private set; }

    /// <summary>Mean time of a mirrored write, microseconds; 0: none yet.</summary>
    public double LatencyUs { get; private set; }

    public void Arrived(in BlockRequest request)
    {
        LastAt = volume.Now;
        if (Fault(request) is var fault && fault != 0)
        {
            Answer(request.Tag, -fault);
            return;
        }

        var kind = request.Kind switch
        {
            BlockKind.Read => OpKind.FrontRead,
            BlockKind.Write => OpKind.FrontWrite,
            BlockKind.Flush => OpKind.FrontFlush,
            _ => OpKind.FrontZero,
        };
        var op = volume.Operations.Take(kind, request.Offset, request.Length, request.Buffer, volume.Now);
        if (op is null)
        {
            Answer(request.Tag, -ENOMEM);
            return;
        }

        if (op.Buffer != BlockBuffers.None) volume.Buffers.Share(op.Buffer);
        (op.Tag, op.Fua, op.Discard) = (request.Tag, request.ForceUnitAccess, request.Kind == BlockKind.Discard);
        Pending++;
        Enter(op);
    }

    /// <summary>Those that were held go on, in their order.</summary>
    public void GateOpened()
    {
        var held = _held.TakeAll();
        while (held.Take() is { } op) Enter(op);
    }

    /// <summary>All that waits for word of the peer ends with an error, and so does what comes.</summary>
    public void Fail()
    {
        if (IsFailing) return;
        IsFailing = true;
        volume.Tell(NewsKind.Warning, "requests of users end with an error until this node is secondary");
        GateOpened();
        volume.Alone.LetGo();
    }

    /// <summary>It has let go.</summary>
    public void FailNoMore() => IsFailing = false;

    public void Claimed(Operation op)
    {
        if (!volume.HasDisk || volume.Intents.TryHeat(op)) Issue(op);
    }

    /// <summary>To the local disk and to the peer at once.</summary>
    public void Issue(Operation op)
    {
        if (IsFailing)
        {
            Refuse(op);
            return;
        }

        if (volume.Gate != Gate.Open)
        {
            _held.Add(op);
            return;
        }

        var mirrored = volume.Link.TakesWrites;
        if (!volume.HasDisk && !mirrored)
        {
            NoData(op);
            return;
        }

        op.Began = volume.Now;
        op.Moving = true;
        _writesUnderWay++;
        if (mirrored) volume.Link.Mirror(op);
        else
        {
            op.Solo = true;
            volume.Mark(op);
            volume.Alone.Need();
        }

        if (!volume.HasDisk) return;
        if (op.Kind == OpKind.FrontWrite) volume.Io.Write(op, op.Fua);
        else volume.Io.Zero(op, op.Discard, op.Fua);
    }

    public void LocalDone(Operation op, int result)
    {
        volume.Unstable.Wrote();
        if (result < 0)
        {
            op.LocalFailed = true;
            op.Result = result;
            volume.Failure.LocalWrite(op, -result);
        }

        GoOn(op);
    }

    /// <summary>The peer wrote it.</summary>
    public void PeerDone(Operation op)
    {
        op.PeerPending = false;
        LatencyUs = LatencyUs == 0 ? (volume.Now - op.Began).TotalMicroseconds
            : (LatencyUs * 0.95) + ((volume.Now - op.Began).TotalMicroseconds * 0.05);
        volume.Unstable.Add(op.FirstBlock, (int)op.Blocks, copied: false);
        if (op.Answered) _aheadBytes -= op.Length;
        GoOn(op);
    }

    /// <summary>The peer will never answer: what it may lack is marked. Returns true if that is news to the bitmap.</summary>
    public bool PeerLost(Operation op)
    {
        (op.PeerPending, op.Solo) = (false, true);
        if (op.Answered) _aheadBytes -= op.Length;
        return volume.HasDisk && volume.Fault != ReplicaFault.DropInFlightOnLoss && volume.Mark(op) > 0;
    }

    /// <summary>Looks whether an operation can be answered.</summary>
    public void GoOn(Operation op)
    {
        if (op.Kind is OpKind.PeerWrite or OpKind.PeerZero)
        {
            volume.PeerPath.GoOn(op);
            return;
        }

        if (op.LocalPending) return;
        if (op.PeerPending && !MayBeEarly(op)) return;
        if (op.Moving && !op.PeerPending)
        {
            op.Moving = false;
            _writesUnderWay--;
        }

        if (IsFailed(op) && !op.Solo && !op.Answered) StaysBehind(op);
        if (op.LocalFailed && !volume.Failure.IsSettled(op)) return;
        if (op.Solo && !volume.HasDisk && !op.Answered)
        {
            // Neither disk nor peer: there is nobody who could be said to have it.
            (op.LocalFailed, op.Solo) = (false, false);
            NoData(op);
            return;
        }

        var refused = IsFailing && op.Solo && volume.Alone.IsNeeded && !volume.Alone.IsNoted;
        if (op.Solo && !refused && !volume.Alone.May(op)) return;
        if (!op.Answered) Complete(op, refused ? -EIO : IsFailed(op) ? op.Result : op.Length);
        if (!op.PeerPending) volume.Finish(op); // Else answered early; the peer will say more.
    }

    /// <summary>The only good copy does not have it.</summary>
    private bool IsFailed(Operation op) => op.LocalFailed
        && (op.Solo || (volume.HasDisk && volume.Fault != ReplicaFault.FailedWriteIsDone));

    /// <summary>Our disk failed to write what the peer has. If the peer's disk is good ours is given up for it. If not – it is being
    /// copied onto – ours is the only one: the user is told of the failure, and the two may differ there.</summary>
    private void StaysBehind(Operation op)
    {
        if (op.Kind is not (OpKind.FrontWrite or OpKind.FrontZero) || volume.Failure.TryLeaveToPeer(op, -op.Result)) return;
        volume.Mark(op);
        volume.Pages.Want();
    }

    /// <summary>A flush, or a read, is done.</summary>
    public void Complete(Operation op, int result)
    {
        op.Answered = true;
        Pending--;
        if (op.PeerPending)
        {
            _aheadBytes += op.Length;
            volume.Claims.Release(op);
        }

        Answer(op.Tag, op.Kind is OpKind.FrontFlush && result > 0 ? 0 : result);
    }

    /// <summary>No copy can be reached: an error, or patience, as configured.</summary>
    public void NoData(Operation op)
    {
        if (IsFailing || volume.Config.OnNoData == OnNoData.IoError)
        {
            Refuse(op);
            return;
        }

        volume.Close(Gate.NoData);
        _held.Add(op);
    }

    private void Refuse(Operation op)
    {
        Complete(op, -EIO);
        volume.Finish(op);
    }

    private void Enter(Operation op)
    {
        if (IsFailing)
        {
            Refuse(op);
            return;
        }

        if (IsHeld(op) || (op.Kind is OpKind.FrontWrite or OpKind.FrontZero && volume.Unstable.IsFull))
        {
            _held.Add(op);
            return;
        }

        switch (op.Kind)
        {
            case OpKind.FrontRead: volume.RemoteReads.Begin(op); break;
            case OpKind.FrontFlush: volume.Flushes.Add(op); break;
            default:
                if (op.Claimed) Claimed(op);
                else if (volume.Claims.TryTake(op)) Claimed(op);
                break;
        }
    }

    /// <summary>A flush made room.</summary>
    public void RoomAgain()
    {
        if (_held.Head is not null && volume.Gate == Gate.Open) GateOpened();
    }

    /// <summary>Whether the gate is shut for it: reads may pass a meeting.</summary>
    private bool IsHeld(Operation op) =>
        op.Kind == OpKind.FrontRead ? (volume.Gate & ~Gate.Meeting) != 0 : volume.Gate != Gate.Open;

    private bool MayBeEarly(Operation op)
    {
        if (op.Answered) return true;
        if (op.Kind == OpKind.FrontFlush || op.LocalFailed || !volume.HasDisk) return false;
        return volume.Config.Protocol switch
        {
            Protocol.A when volume.Fault == ReplicaFault.AheadWithoutLimit => true,
            Protocol.A => _aheadBytes + op.Length <= volume.Config.AheadBytesMax,
            Protocol.B => op.PeerReceived,
            _ => false,
        };
    }

    private int Fault(in BlockRequest request)
    {
        if (volume.Role != ReplicaRole.Primary) return EROFS;
        if (request.Kind == BlockKind.Flush) return 0;
        if (request.Length <= 0 || request.Offset < 0 || request.Offset + request.Length > volume.Size) return EINVAL;
        if (request.Offset % Geometry.SectorBytes != 0 || request.Length % Geometry.SectorBytes != 0) return EINVAL;
        var max = request.Kind is BlockKind.Read or BlockKind.Write ? BlockBuffers.SlotBytes : Geometry.ZeroBytesMax;
        return request.Length > max ? EINVAL : 0;
    }

    private void Answer(uint tag, int result)
    {
        ref var effect = ref volume.Effects.Add(EffectKind.Complete);
        (effect.Tag, effect.Result) = (tag, result);
    }
}
