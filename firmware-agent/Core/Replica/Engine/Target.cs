using Appliance.Core.Replica.Disk;
using Appliance.Core.Replica.History;
using Appliance.Core.Replica.Wire;

namespace Appliance.Core.Replica.Engine;

/// <summary>
/// Is copied onto. Inconsistent, durably, from before the first block until the source's ResyncDone is noted here with its generations:
/// two steps, each safe to repeat.
/// </summary>
internal sealed class Target(Volume volume)
{
    private Generations? _adopt;
    private ulong _number;
    private ulong _noteNumber;
    private bool _isFlushing;
    private ulong _flushAfter;

    public bool IsRunning { get; private set; }

    public long Total { get; private set; }

    public Pace Pace { get; } = new(volume.Config);

    /// <summary>Notes what is about to happen; returns the number of the superblock that says so.</summary>
    public ulong Begin()
    {
        (IsRunning, _adopt, _number, _isFlushing, Total) = (true, null, 0, false, volume.Bitmap.Count);
        Pace.Begin(volume.Now);
        volume.SetDisk(DiskState.Inconsistent);
        var super = volume.Super.Now;
        if (volume.Fault == ReplicaFault.AdoptEarly) return volume.Super.Save(super with { Disk = DiskState.UpToDate });
        return volume.Super.Save(super with { Disk = DiskState.Inconsistent, Flags = super.Flags | SuperblockFlags.ResyncTarget });
    }

    /// <summary>The source begins; without a meeting before, it waits for our note.</summary>
    public void BeginHeard(ulong total)
    {
        Total = (long)total;
        if (volume.Link.State != ConnectionState.Connected || !volume.HasDisk || volume.Role == ReplicaRole.Primary) return;
        _noteNumber = Begin();
        Total = (long)total;
        volume.Link.SetState(ConnectionState.SyncTarget);
    }

    public void LinkLost()
    {
        if (IsRunning) volume.Pages.Want();
        (IsRunning, _adopt, _number, _noteNumber) = (false, null, 0, 0);
    }

    /// <summary>A block, or zeroes, of the source is on our disk.</summary>
    public void Applied(Operation op)
    {
        // Whole blocks only: the last one of a volume may be shorter and is whole all the same.
        if (IsRunning && volume.Bitmap.Count > 0) volume.Bitmap.Clear(op.FirstBlock, op.Blocks);
        Pace.Took(volume.Now, op.Length);
        volume.Link.Send(FrameKind.ResyncAck, op.Sequence);
    }

    /// <summary>Tells which blocks differ from the source's.</summary>
    public void Compare(Operation op)
    {
        var mask = volume.Buffers[op.Extra];
        var length = BlockSums.Compare(volume.Buffers.Of(op.Buffer, op.Length), mask, out var differ);
        if (differ == 0) volume.Bitmap.Clear(op.FirstBlock, op.Blocks);
        Pace.Took(volume.Now, op.Length);
        volume.Link.Send(FrameKind.ResyncWant, op.Sequence, op.Offset, 0, length, op.Extra);
    }

    public void DoneHeard(in Generations source)
    {
        if (volume.Link.State != ConnectionState.SyncTarget || !volume.HasDisk)
        {
            volume.Link.Drop("the peer ends a resync that is none");
            return;
        }

        (IsRunning, _adopt, _isFlushing) = (true, source, true);
        _flushAfter = volume.Flushes.Next;
        volume.Flushes.Want();
    }

    public bool Settle()
    {
        if (_noteNumber != 0 && volume.Super.IsDurable(_noteNumber))
        {
            _noteNumber = 0;
            volume.Link.Send(FrameKind.Ready, 0);
        }

        if (!IsRunning || _adopt is not { } source) return false;
        if (_isFlushing)
        {
            if (volume.Flushes.Ended < _flushAfter && volume.Fault != ReplicaFault.DoneWithoutFlush) return false;
            _isFlushing = false;
            volume.Bitmap.Clear(0, volume.Bitmap.Blocks);
            volume.Pages.Want();
            return true;
        }

        if (_number == 0)
        {
            var super = volume.Super.Now;
            _number = volume.Super.Save(super with
            {
                Disk = DiskState.UpToDate,
                Generations = source with { Base = 0, ValidBases = default },
                PeerCurrent = source.Current,
                Flags = super.Flags & ~(SuperblockFlags.ResyncTarget | SuperblockFlags.FullSync | SuperblockFlags.PeerOutdated),
            });
            return true;
        }

        if (!volume.Super.IsDurable(_number)) return false;
        (IsRunning, _adopt, _number) = (false, null, 0);
        volume.Link.Send(FrameKind.ResyncDoneAck, 0);
        volume.Link.SetState(ConnectionState.Connected);
        volume.SetDisk(DiskState.UpToDate);
        return true;
    }
}
