using Appliance.Core.Replica.Disk;
using Appliance.Core.Replica.Wire;
using Appliance.Core.Time;

namespace Appliance.Core.Replica.Engine;

/// <summary>What agent and operators ask: allowed or refused in words, and begun.</summary>
internal sealed class Orders(Volume volume)
{
    private static readonly TimeSpan HoldBack = TimeSpan.FromSeconds(2);
    private Instant? _connectAt;
    private ReplicaOrder? _suspend;
    private ReplicaOrder.Outdate? _outdate;
    private ulong _outdateNumber;
    private ReplicaOrder.Resize? _resize;
    private ReplicaOrder.Invalidate? _invalidate;
    private ulong _invalidateAfter;
    private bool _tellOutdated;

    public Instant NextDeadline => _connectAt ?? ReplicaEngine.Never;

    /// <summary>Its disk is about to say that its data is old.</summary>
    public bool IsOutdating => _outdateNumber != 0;

    public void Take(ReplicaOrder order)
    {
        switch (order)
        {
            case ReplicaOrder.Primary primary: volume.Roles.Promote(primary); break;
            case ReplicaOrder.Secondary: Secondary(order); break;
            case ReplicaOrder.Stop: volume.Roles.Demote(order); break;
            case ReplicaOrder.Disconnect:
                _connectAt = null;
                volume.Leaving.Disconnect(order);
                break;
            case ReplicaOrder.Connect connect: Connect(connect); break;
            case ReplicaOrder.Invalidate invalidate: Invalidate(invalidate); break;
            case ReplicaOrder.Verify: Done(order, volume.Verifying.Begin()); break;
            case ReplicaOrder.Resize resize: Resize(resize); break;
            case ReplicaOrder.Detach: volume.Leaving.Detach(order); break;
            case ReplicaOrder.Attach attach: Done(order, Attach(attach.Image)); break;
            case ReplicaOrder.PeerFenced fenced: PeerFenced(fenced); break;
            case ReplicaOrder.Outdate outdate: Outdate(outdate); break;
            case ReplicaOrder.PeerDead: PeerDead(order); break;
            case ReplicaOrder.SuspendIo: Suspend(order); break;
            case ReplicaOrder.FailIo: FailIo(order); break;
            default:
                volume.Open(Gate.Suspended);
                Done(order, "");
                break;
        }
    }

    public void Done(ReplicaOrder order, string refusal)
    {
        ref var effect = ref volume.Effects.Add(EffectKind.Ordered);
        (effect.Order, effect.Result, effect.Words) = (order, refusal.Length == 0 ? 0 : -1, refusal);
    }

    public void Tick()
    {
        if (_connectAt is { } at && volume.Now >= at) ConnectIfHeldBack();
    }

    public void ConnectIfHeldBack()
    {
        if (_connectAt is null) return;
        _connectAt = null;
        volume.Link.Connect();
    }

    /// <summary>The peer: somebody writes newer data than yours.</summary>
    public void OutdateHeard()
    {
        if (volume.Role == ReplicaRole.Primary || !volume.HasDisk || volume.Link.PeerDisk < DiskState.Inconsistent) return;
        _outdateNumber = NoteOutdated();
        _tellOutdated = true;
    }

    public void ResizeHeard(long bytes, bool isCommit)
    {
        if (!volume.Super.IsKnown) return;
        var may = bytes <= volume.Super.Now.CapacityBytes && bytes >= volume.Size;
        if (!isCommit && _resize is null) volume.Link.Send(FrameKind.ResizePrepare, 0, aux: may ? (ulong)bytes : 0);
        else if (!isCommit) Commit(bytes);
        else if (may) Grow(bytes);
        else volume.Link.Drop($"the peer resizes to {bytes} bytes, which this disk cannot hold");
    }

    public bool Settle()
    {
        var any = false;
        if (_suspend is { } suspend && volume.Front.WritesUnderWay == 0 && !volume.Flushes.IsBusy)
        {
            _suspend = null;
            Done(suspend, "");
            any = true;
        }

        if (_invalidate is { } invalidate) any |= InvalidateNow(invalidate);
        if (_outdateNumber != 0 && volume.Super.IsDurable(_outdateNumber))
        {
            _outdateNumber = 0;
            if (volume.Disk > DiskState.Outdated) volume.SetDisk(DiskState.Outdated);
            if (_outdate is { } outdate) Done(outdate, "");
            if (_tellOutdated) volume.Link.Send(FrameKind.Outdated, 0);
            (_outdate, _tellOutdated, any) = (null, false, true);
        }

        return any;
    }

    private void Secondary(ReplicaOrder order)
    {
        if (volume.Role == ReplicaRole.Secondary && !volume.Roles.IsBusy) Done(order, "");
        else volume.Roles.Demote(order);
    }

    private void Connect(ReplicaOrder.Connect order)
    {
        volume.Meeting.DiscardMyData = order.DiscardMyData;
        if (order.DiscardMyData && volume.Role == ReplicaRole.Primary)
        {
            volume.Meeting.DiscardMyData = false;
            Done(order, "this node is primary: its data is in use and cannot be discarded");
            return;
        }

        if (volume.Leaving.IsParting || volume.Roles.IsParting) volume.Leaving.ConnectAfter();
        else if (_connectAt is null) volume.Link.Connect();
        volume.Link.RetryNow();
        Done(order, "");
    }

    public void LinkLost()
    {
        if (_resize is { } resize) Done(resize, "the peer was lost");
        _resize = null;
        volume.Open(Gate.Resizing);
    }

    /// <summary>First both flush: one of the two copies counts no more after this.</summary>
    private void Invalidate(ReplicaOrder.Invalidate order)
    {
        var why = _invalidate is null ? Doubt(order) : "the last one is under way";
        if (why.Length > 0)
        {
            Done(order, why);
            return;
        }

        (_invalidate, _invalidateAfter) = (order, volume.Flushes.Next);
        volume.Flushes.Want(both: true);
    }

    private string Doubt(ReplicaOrder.Invalidate order)
    {
        if (volume.Link.State != ConnectionState.Connected) return $"invalidate needs a connected pair, this one is {volume.Link.State}";
        if (!volume.HasDisk) return "there is no disk here";
        if (order.Peer)
        {
            if (volume.Disk != DiskState.UpToDate) return $"the data here is {volume.Disk} and cannot be copied to the peer";
            return volume.Link.PeerRole == ReplicaRole.Primary ? "the peer is primary: its disk is in use" : "";
        }

        if (volume.Role == ReplicaRole.Primary) return "this node is primary: its disk is in use";
        return volume.Link.PeerDisk == DiskState.UpToDate ? "" : $"the data of the peer is {volume.Link.PeerDisk}";
    }

    private bool InvalidateNow(ReplicaOrder.Invalidate order)
    {
        if (volume.HasDisk && volume.Flushes.Ended < _invalidateAfter) return false;
        _invalidate = null;
        var why = Doubt(order);
        Done(order, why);
        if (why.Length > 0) return true;
        MarkAll();
        if (order.Peer)
        {
            volume.Source.Request();
            return true;
        }

        var super = volume.Super.Now;
        volume.Super.Save(super with { Disk = DiskState.Inconsistent, Flags = super.Flags | SuperblockFlags.ResyncTarget });
        volume.SetDisk(DiskState.Inconsistent);
        volume.Link.Drop("invalidated: meets again to be copied onto");
        return true;
    }

    private void MarkAll()
    {
        volume.Bitmap.Set(0, (volume.Size + Geometry.BlockBytes - 1) / Geometry.BlockBytes);
        volume.Pages.Want();
    }

    private void Resize(ReplicaOrder.Resize order)
    {
        if (!volume.Super.IsKnown || !volume.HasDisk)
        {
            Done(order, "there is no disk to resize");
            return;
        }

        var bytes = order.Bytes == 0 ? volume.Super.Now.CapacityBytes : order.Bytes;
        if (bytes > volume.Super.Now.CapacityBytes || bytes < volume.Size || bytes % Geometry.SectorBytes != 0)
        {
            Done(order, $"{bytes} bytes is not between the present {volume.Size} and this disk's {volume.Super.Now.CapacityBytes}");
            return;
        }

        if (volume.Link.State != ConnectionState.Connected)
        {
            if ((volume.Super.Now.Flags & SuperblockFlags.PeerSeen) != 0)
                Done(order, "the peer must be connected: both disks grow together");
            else
            {
                Grow(bytes);
                Done(order, "");
            }

            return;
        }

        _resize = order;
        volume.Close(Gate.Resizing);
        volume.Link.Send(FrameKind.ResizePrepare, 0, aux: (ulong)bytes);
    }

    private void Commit(long agreed)
    {
        var order = _resize!;
        _resize = null;
        if (agreed == 0) Done(order, "the peer's disk is too small");
        else
        {
            volume.Link.Send(FrameKind.ResizeCommit, 0, aux: (ulong)agreed);
            var old = volume.Size;
            Grow(agreed);
            Done(order, "");
            if (volume.Role == ReplicaRole.Primary || volume.Link.PeerRole != ReplicaRole.Primary) CopyNew(old, agreed);
        }

        volume.Open(Gate.Resizing);
    }

    /// <summary>The two new ends hold whatever was there before: the primary's becomes both's.</summary>
    private void CopyNew(long from, long to)
    {
        var first = from / Geometry.BlockBytes;
        volume.Bitmap.Set(first, ((to + Geometry.BlockBytes - 1) / Geometry.BlockBytes) - first);
        volume.Pages.Want();
        volume.Source.Request();
    }

    private void Grow(long bytes)
    {
        volume.Super.Save(volume.Super.Now with { DataBytes = bytes });
        volume.Tell(NewsKind.Notice, $"the volume has {bytes} bytes now");
        volume.Effects.Add(EffectKind.Resized).Offset = bytes;
    }

    private string Attach(DiskImage image)
    {
        if (volume.HasDisk) return "a disk is attached";
        if (volume.Role == ReplicaRole.Primary) return "this node is primary through its peer: switch over first, then attach";
        if (volume.Io.Pending > 0) return "requests to the old disk are still under way";
        volume.Layout = image.Layout;
        volume.Bitmap = image.Bitmap;
        volume.Super.Attach(image);
        volume.Intents.Attach(image);
        volume.Alone.Reset(); // What was written without the peer before was not written to this disk.
        var super = image.Superblock;
        volume.Meeting.CrashedPrimary = (super.Flags & SuperblockFlags.Ahead) != 0
            || (super.Flags & (SuperblockFlags.Primary | SuperblockFlags.Clean)) == SuperblockFlags.Primary;
        volume.Meeting.PrimarySinceSplit = super.Generations.Base != 0;
        var sameBoot = super.Boot == volume.Identity.Boot;
        volume.Roles.MayResume = sameBoot && (super.Flags & SuperblockFlags.Primary) != 0;
        volume.Meeting.Survived = sameBoot && (super.Flags & SuperblockFlags.Connected) != 0
            && volume.Failure.GivenUp != super.Device;
        if (!sameBoot) volume.Super.Save(super with { Flags = AfterPowerLoss(super.Flags) });
        volume.Learn(volume.Term);
        if (volume.Intents.Hot > 0 && volume.Fault != ReplicaFault.IgnoreHotAtAttach)
        {
            volume.Intents.MarkAll();
            volume.Pages.Want();
            volume.Tell(NewsKind.Notice, $"{volume.Intents.Hot} regions are in doubt and will be compared with the peer");
        }

        volume.SetDisk(Judge(super));
        if (volume.Link.State >= ConnectionState.WFReportParams) volume.Link.Drop("a disk was attached: meets again");
        else if ((super.Flags & SuperblockFlags.Primary) != 0 && sameBoot) _connectAt = volume.Now + HoldBack;
        return "";
    }

    /// <summary>Whoever parted from its peer in order, or went on alone, had flushed before: then nothing is missing here.</summary>
    private SuperblockFlags AfterPowerLoss(SuperblockFlags flags)
    {
        var together = (flags & (SuperblockFlags.Connected | SuperblockFlags.Clean)) == SuperblockFlags.Connected;
        // A primary knows by its intents that nothing was under way; a secondary cannot know.
        var inDoubt = volume.Intents.Hot > 0 || (flags & SuperblockFlags.Primary) == 0;
        return (flags & ~SuperblockFlags.Connected) | (together && inDoubt ? SuperblockFlags.LostCache : 0);
    }

    /// <summary>What a disk is worth before the peer has been met.</summary>
    private static DiskState Judge(Superblock super)
    {
        if (super.Disk != DiskState.UpToDate || (super.Flags & SuperblockFlags.ResyncTarget) != 0)
            return super.Disk == DiskState.Outdated ? DiskState.Outdated : DiskState.Inconsistent;
        var peerIsOlder = super.Generations.Base != 0 || (super.Flags & SuperblockFlags.PeerOutdated) != 0;
        return peerIsOlder || (super.Flags & SuperblockFlags.PeerSeen) == 0 ? DiskState.UpToDate : DiskState.Consistent;
    }

    private void PeerFenced(ReplicaOrder.PeerFenced order)
    {
        if (order.Outdated) volume.Roles.NotePeerOutdated();
        if ((volume.Gate & Gate.Fencing) != 0)
        {
            var why = order.Outdated ? "its data is noted as old" : "it will not serve";
            volume.Tell(NewsKind.Warning, $"goes on without the peer ({why})");
            volume.Open(Gate.Fencing);
            volume.Alone.Begin();
        }

        Done(order, "");
    }

    private void Outdate(ReplicaOrder.Outdate order)
    {
        if (volume.Role == ReplicaRole.Primary) Done(order, "this node is primary");
        else if (!volume.HasDisk || volume.Disk <= DiskState.Outdated) Done(order, "");
        else if (volume.Link.IsEstablished) Done(order, "both work together: nothing is old");
        else if (volume.Meeting.IsRunning) Done(order, "the two replicas are comparing their histories");
        else
        {
            _outdate = order;
            _outdateNumber = NoteOutdated();
        }
    }

    private ulong NoteOutdated() => volume.Super.Save(volume.Super.Now with
    {
        Disk = volume.Super.Now.Disk == DiskState.UpToDate ? DiskState.Outdated : volume.Super.Now.Disk,
    });

    private void PeerDead(ReplicaOrder order)
    {
        // Its agent may be what died: a replica that answered a ping just now is not gone, and users need not wait for a new handshake.
        if (!volume.Link.IsSilent)
        {
            Done(order, $"the peer's replica answered {volume.Link.Silence.TotalMilliseconds:0} ms ago");
            return;
        }

        volume.Link.Drop("the agent says that the peer is dead");
        Done(order, "");
    }

    private void FailIo(ReplicaOrder order)
    {
        if (volume.Role == ReplicaRole.Primary)
        {
            if (volume.Link.IsSilent) volume.Link.Drop("this node gives the role up and the peer is silent");
            volume.Front.Fail();
        }

        Done(order, "");
    }

    private void Suspend(ReplicaOrder order)
    {
        volume.Close(Gate.Suspended);
        volume.Flushes.Want();
        _suspend = order;
    }
}
