using Appliance.Core.Replica.Wire;

namespace Appliance.Core.Replica.Engine;

/// <summary>
/// What the peer asks of our disk: mirrored writes, blocks of a resync, reads, flushes, comparisons. Overlapping ones in the order they
/// came, all others at once. An answer goes out when the disk is done – and, while we hold the only copy (the primary has no disk), when
/// the write is also noted here.
/// </summary>
internal sealed class PeerPath(Volume volume)
{
    private const int EIO = 5;
    private const int FlushesMax = 64;
    private readonly ulong[] _flushes = new ulong[FlushesMax];
    private OperationQueue _behindBarrier;
    private OperationQueue _starved;
    private int _flushCount;
    private bool _isFlushing;
    private ulong _barrier;
    private int _writing;

    /// <summary>Received and not answered.</summary>
    public int Pending { get; private set; }

    public bool IsIdle => Pending == 0 && !_isFlushing && _flushCount == 0;

    private bool IsOnlyCopy => volume.Link.PeerDisk < DiskState.Inconsistent && volume.Role == ReplicaRole.Secondary;

    /// <summary>Takes a request of the peer; owns the buffer.</summary>
    public void Arrived(OpKind kind, in FrameHeader header, int length, int buffer)
    {
        if (header.Offset < 0 || length <= 0 || header.Offset + length > volume.Size || header.Offset % Geometry.SectorBytes != 0
            || length % Geometry.SectorBytes != 0)
        {
            if (buffer != BlockBuffers.None) volume.Buffers.Release(buffer);
            volume.Link.Drop($"the peer sent {header.Kind} of {length} bytes at {header.Offset}, outside of the volume");
            return;
        }

        var op = volume.Operations.Take(kind, header.Offset, length, buffer, volume.Now);
        if (op is null)
        {
            if (buffer != BlockBuffers.None) volume.Buffers.Release(buffer);
            volume.Link.Drop("the peer has more requests under way than there can be");
            return;
        }

        (op.Sequence, op.Session) = (header.Sequence, volume.Link.Session);
        op.Fua = (header.Flags & FrameFlags.Fua) != 0;
        op.Discard = (header.Flags & FrameFlags.Discard) != 0;
        // It stays so even if the peer is lost before the write is carried out: nobody else has it.
        op.Solo = IsOnlyCopy && (kind is OpKind.PeerWrite or OpKind.PeerZero);
        Pending++;
        if (volume.Config.Protocol == Protocol.B && kind is OpKind.PeerWrite or OpKind.PeerZero)
            volume.Link.Send(FrameKind.Received, op.Sequence);
        if (_barrier != 0) _behindBarrier.Add(op);
        else Enter(op);
    }

    public void FlushArrived(ulong sequence, bool isBarrier)
    {
        if (_flushCount == FlushesMax)
        {
            volume.Link.Drop("the peer has more flushes under way than there can be");
            return;
        }

        _flushes[_flushCount++] = sequence;
        if (isBarrier) _barrier = sequence;
    }

    public void Claimed(Operation op)
    {
        if (op.Session != volume.Link.Session && op.Kind is not (OpKind.PeerWrite or OpKind.PeerZero))
        {
            Drop(op);
            return;
        }

        var writes = op.Kind is OpKind.PeerWrite or OpKind.PeerZero;
        if (writes && (op.Solo || IsOnlyCopy) && volume.HasDisk && !volume.Intents.TryHeat(op)) return;
        Apply(op);
    }

    public void Apply(Operation op)
    {
        if (!volume.HasDisk)
        {
            Answer(op, -EIO);
            return;
        }

        switch (op.Kind)
        {
            case OpKind.PeerWrite or OpKind.PeerZero:
                if (op.Solo || IsOnlyCopy)
                {
                    op.Solo = true;
                    volume.Mark(op);
                    volume.Alone.Need();
                }

                _writing++;
                Write(op);
                break;
            case OpKind.CopyTarget or OpKind.CopyTargetZero:
                _writing++;
                Write(op);
                break;
            default:
                ReadFor(op);
                break;
        }
    }

    public void LocalDone(Operation op, int result)
    {
        if (op.Kind is OpKind.PeerWrite or OpKind.PeerZero or OpKind.CopyTarget or OpKind.CopyTargetZero)
        {
            _writing--;
            volume.Unstable.Wrote();
            if (result < 0) volume.Failure.LocalDisk(-result, "a write of the peer failed");
        }

        op.Result = result;
        GoOn(op);
    }

    public void GoOn(Operation op)
    {
        if (op.Solo && op.Result >= 0 && !volume.Alone.May(op)) return;
        Answer(op, op.Result);
    }

    public bool Settle()
    {
        if (_starved.Head is not null && volume.Buffers.Available > 8)
        {
            var starved = _starved.TakeAll();
            while (starved.Take() is { } op) ReadFor(op);
        }

        if (_flushCount == 0 || _isFlushing || (_barrier != 0 && _writing > 0)) return false;
        _isFlushing = true;
        if (volume.HasDisk) volume.Io.Flush(IoOwner.PeerFlush);
        else Flushed(-EIO);
        return true;
    }

    public void Flushed(int result)
    {
        if (!_isFlushing) return;
        _isFlushing = false;
        if (_flushCount == 0) return;
        var sequence = _flushes[0];
        Array.Copy(_flushes, 1, _flushes, 0, --_flushCount);
        if (result < 0) volume.Failure.LocalDisk(-result, "the disk cannot flush for the peer");
        if (result < 0) volume.Link.Send(FrameKind.Refusal, sequence, aux: (ulong)-result);
        else volume.Link.Send(FrameKind.FlushAck, sequence);
        if (sequence != _barrier) return;
        _barrier = 0;
        var behind = _behindBarrier.TakeAll();
        while (behind.Take() is { } op) Enter(op);
    }

    /// <summary>The connection is gone: what was asked is still carried out, but nobody waits for the answer.</summary>
    public void LinkLost()
    {
        (_flushCount, _barrier) = (0, 0);
        var behind = _behindBarrier.TakeAll();
        while (behind.Take() is { } op) Enter(op);
    }

    private void Enter(Operation op)
    {
        if (volume.Claims.TryTake(op)) Claimed(op);
    }

    private void Write(Operation op)
    {
        if (op.Kind is OpKind.PeerWrite or OpKind.CopyTarget) volume.Io.Write(op, op.Fua);
        // What a copy finds to be zeroes need not take space here: a thin disk stays thin.
        else volume.Io.Zero(op, op.Discard || op.Kind == OpKind.CopyTargetZero, op.Fua);
    }

    private void ReadFor(Operation op)
    {
        if (op.Kind is OpKind.CompareTarget or OpKind.VerifyTarget && op.Extra == BlockBuffers.None)
        {
            // The checksums came in the buffer; the data goes into one of its own.
            op.Extra = op.Buffer;
            op.Buffer = BlockBuffers.None;
        }

        if (op.Buffer == BlockBuffers.None && !volume.Buffers.TryTake(BufferUse.Metadata, out op.Buffer))
        {
            op.Buffer = BlockBuffers.None;
            _starved.Add(op); // Tried again when buffers are free.
            return;
        }

        volume.Io.Read(op);
    }

    private void Answer(Operation op, int result)
    {
        if (op.Session == volume.Link.Session && volume.Link.IsUp)
        {
            if (op.Kind == OpKind.PeerRead) AnswerRead(op, result);
            else if (result < 0) volume.Link.Send(FrameKind.Refusal, op.Sequence, aux: (ulong)-result);
            else AnswerDone(op);
        }

        Drop(op);
    }

    private void AnswerDone(Operation op)
    {
        switch (op.Kind)
        {
            case OpKind.PeerWrite or OpKind.PeerZero: volume.Link.SendAck(op.Sequence); break;
            case OpKind.CopyTarget or OpKind.CopyTargetZero: volume.Target.Applied(op); break;
            case OpKind.CompareTarget: volume.Target.Compare(op); break;
            default: volume.Verifying.Compare(op); break;
        }
    }

    private void AnswerRead(Operation op, int result)
    {
        if (result < 0)
        {
            volume.Link.Send(FrameKind.ReadError, op.Sequence, aux: (ulong)-result);
            return;
        }

        volume.Link.Send(FrameKind.ReadData, op.Sequence, op.Offset, 0, op.Length, op.Buffer);
    }

    private void Drop(Operation op)
    {
        Pending--;
        volume.Finish(op);
    }
}
