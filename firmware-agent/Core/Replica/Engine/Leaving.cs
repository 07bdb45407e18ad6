using Appliance.Core.Replica.Disk;
using Appliance.Core.Replica.Wire;
using Appliance.Core.Time;

namespace Appliance.Core.Replica.Engine;

/// <summary>
/// A copy that goes on purpose: a disk is detached, or two nodes are parted. Both flush first. From then on one of the two is old, and what
/// both had answered must not be in nothing but the cache of the other.
/// <code>
///   Detach:                  flushed on both ──▶ [primary: noted as old] ──▶ given up
///   Disconnect (a primary):  flushed on both ──▶ the peer notes that it is old ──▶ parted
/// </code>
/// </summary>
internal sealed class Leaving(Volume volume)
{
    /// <summary>A disk or a peer that does not answer is left all the same.</summary>
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(3);
    private ReplicaOrder? _detach;
    private ulong _detachNumber;
    private ReplicaOrder? _parting;
    private bool _isAsked;
    private bool _connectsAfter;
    private Instant _by;
    private ulong _flushAfter;

    /// <summary>A primary parts from its peer.</summary>
    public bool IsParting => _parting is not null;

    public Instant? NextDeadline => IsParting || _detach is not null ? _by : null;

    /// <summary>The parting is not over and an operator wants the connection again.</summary>
    public void ConnectAfter() => _connectsAfter = true;

    /// <summary>The parting is over.</summary>
    public void Parted()
    {
        if (_connectsAfter) volume.Link.Connect();
        _connectsAfter = false;
    }

    public void Disconnect(ReplicaOrder order)
    {
        _connectsAfter = false;
        var link = volume.Link;
        if (volume.Role == ReplicaRole.Secondary && link.State == ConnectionState.Connected) volume.Roles.Demote(order);
        else if (volume.Role == ReplicaRole.Primary && !volume.HasDisk && link.IsEstablished)
            volume.Orders.Done(order, "this node is primary through its peer: its users have no other data");
        else if (IsParting) volume.Orders.Done(order, "the two are being parted");
        else if (volume.Role == ReplicaRole.Primary && link is { State: ConnectionState.Connected, PeerDisk: > DiskState.Outdated })
        {
            // Its copy will be old: it notes that before we part, and nothing freezes.
            (_parting, _isAsked) = (order, false);
            FlushFirst();
        }
        else
        {
            link.GiveUp("disconnected by an operator");
            volume.Orders.Done(order, "");
        }
    }

    /// <summary>The peer has noted that its data is old.</summary>
    public void OutdatedHeard()
    {
        volume.Link.PeerDisk = DiskState.Outdated;
        volume.Roles.NotePeerOutdated();
        if (!IsParting) return;
        volume.Failure.PeerLeftOutdated = true;
        Part();
    }

    public void LinkLost()
    {
        if (IsParting) Part();
    }

    public void Detach(ReplicaOrder order)
    {
        if (_detach is not null) volume.Orders.Done(order, "it is being detached");
        else if (Obstacle() is { Length: > 0 } why) volume.Orders.Done(order, why);
        else
        {
            (_detach, _detachNumber) = (order, 0);
            FlushFirst();
        }
    }

    public bool Settle()
    {
        if (volume.Flushes.Ended < _flushAfter && volume.HasDisk && volume.Now < _by) return false;
        if (IsParting && !_isAsked)
        {
            _isAsked = true;
            volume.Link.Send(FrameKind.Outdate, 0);
            return true;
        }

        return _detach is not null && GoOnDetaching(_detach);
    }

    /// <summary>A peer that cannot note it now is left all the same; then the question for fencing follows.</summary>
    public void Tick()
    {
        if (IsParting && volume.Now >= _by) Part();
    }

    private void FlushFirst()
    {
        (_flushAfter, _by) = (volume.Flushes.Next, volume.Now + Bound);
        volume.Flushes.Want(both: true);
    }

    private void Part()
    {
        var order = _parting!;
        _parting = null;
        volume.Link.GiveUp("disconnected by an operator");
        volume.Orders.Done(order, "");
        Parted();
    }

    private string Obstacle()
    {
        if (!volume.HasDisk) return "there is no disk";
        var link = volume.Link;
        if (volume.Role == ReplicaRole.Primary)
            return link is { IsEstablished: true, PeerDisk: DiskState.UpToDate }
                ? "" : "users work on this disk and the peer has no good copy";
        if (link is { IsEstablished: true, PeerRole: ReplicaRole.Primary, PeerDisk: < DiskState.Inconsistent })
            return "the users of the peer work on this disk: it has none of its own";
        return !link.IsEstablished && volume.Disk >= DiskState.Consistent
            ? "the peer is not there and may have lost what this copy holds: connect first; or stop the process and change the disk then"
            : "";
    }

    /// <summary>The disk of a primary says itself that it will be old: who resumes on it must not take it for good. Much may have happened
    /// while that was written.</summary>
    private bool GoOnDetaching(ReplicaOrder order)
    {
        var super = volume.Super.Now;
        var isPrimary = volume.Role == ReplicaRole.Primary;
        if (Obstacle() is { Length: > 0 } why)
        {
            _detach = null;
            if (_detachNumber != 0 && volume.HasDisk && isPrimary)
                volume.Super.Save(super with { Disk = DiskState.UpToDate, Flags = super.Flags | SuperblockFlags.Primary });
            volume.Orders.Done(order, why);
            return true;
        }

        if (isPrimary && _detachNumber == 0)
        {
            _detachNumber = volume.Super.Save(
                super with { Disk = DiskState.Outdated, Flags = super.Flags & ~SuperblockFlags.Primary });
            return true;
        }

        if (!volume.Super.IsDurable(_detachNumber) && volume.Now < _by) return false;
        _detach = null;
        volume.Failure.Detach(0, "by an operator");
        volume.Orders.Done(order, "");
        return true;
    }
}
