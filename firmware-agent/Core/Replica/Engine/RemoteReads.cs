using Appliance.Core.Replica.Wire;

namespace Appliance.Core.Replica.Engine;

/// <summary>Reads: from the local disk; from the peer when there is none here, or when a block here cannot be read – which is then
/// written again with what the peer has.</summary>
internal sealed class RemoteReads(Volume volume)
{
    private const int EIO = 5;

    public void Begin(Operation op)
    {
        if (volume.Disk == DiskState.UpToDate) volume.Io.Read(op);
        else Ask(op);
    }

    /// <summary>From the peer. A repair holds its blocks meanwhile.</summary>
    public void Ask(Operation op)
    {
        if (!volume.Link.CanRead)
        {
            if (op.Repair) Fail(op);
            else volume.Front.NoData(op);
            return;
        }

        volume.Link.Ask(op, FrameKind.ReadRequest, (ulong)op.Length);
    }

    public void LocalDone(Operation op, int result)
    {
        if (op.Repair && op.Result > 0)
        {
            // The second failure on the same blocks: this disk cannot be mended by writing.
            if (result < 0) volume.Failure.LocalDisk(-result, "a block that could not be read cannot be written either");
            Succeed(op);
        }
        else if (result >= 0) Succeed(op);
        else if (volume.Link.CanRead) Repair(op, -result);
        else if (!volume.HasDisk) volume.Front.NoData(op);
        else Fail(op);
    }

    /// <summary>The peer's bytes.</summary>
    public void PeerData(Operation op, int buffer, int length)
    {
        op.PeerPending = false;
        Invariant.Check(length == op.Length);
        volume.Buffers.Of(buffer, length).CopyTo(volume.Buffers[op.Buffer]);
        op.Result = length;
        if (op.Repair && volume.HasDisk) volume.Io.Write(op, fua: false);
        else Succeed(op);
    }

    public void PeerError(Operation op)
    {
        op.PeerPending = false;
        Fail(op);
    }

    /// <summary>The peer is gone: where else can it be read?</summary>
    public void PeerLost(Operation op)
    {
        op.PeerPending = false;
        if (op.Repair) Fail(op);
        else volume.Front.NoData(op);
    }

    private void Repair(Operation op, int errno)
    {
        volume.Tell(
            NewsKind.Alarm,
            $"the local disk cannot read {op.Length} bytes at {op.Offset} (errno {errno}): read from the peer and written anew");
        op.Repair = true;
        if (volume.Fault == ReplicaFault.RepairIgnoresWrites) Ask(op);
        else if (volume.Claims.TryTake(op)) Ask(op);
    }

    private void Succeed(Operation op)
    {
        volume.Front.Complete(op, op.Length);
        volume.Finish(op);
    }

    private void Fail(Operation op)
    {
        volume.Tell(NewsKind.Alarm, $"{op.Length} bytes at {op.Offset} can be read nowhere");
        volume.Front.Complete(op, -EIO);
        volume.Finish(op);
    }
}
