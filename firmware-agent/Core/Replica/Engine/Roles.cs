using Appliance.Core.Replica.Disk;
using Appliance.Core.Replica.Wire;
using Appliance.Core.Time;

namespace Appliance.Core.Replica.Engine;

/// <summary>
/// Who serves.
/// <code>
///                order, allowed, peer agrees        noted
///   Secondary ─────────────────────────▶ Promoting ───────▶ Primary
///       ▲                                                     │ order: nobody uses it, all is stable on both,
///       └───────────────────────── Demoting ◀─────────────────┘ intents and marks are on disk, noted
/// </code>
/// </summary>
internal sealed class Roles(Volume volume)
{
    private static readonly TimeSpan PeerBound = TimeSpan.FromMilliseconds(1000);
    private static readonly TimeSpan PartBound = TimeSpan.FromMilliseconds(500);
    private ReplicaOrder.Primary? _promotion;
    private ReplicaOrder? _demotion;
    private Step _step;
    private ulong _number;
    private ulong _flushAfter;
    private (ulong Term, bool May)? _reply;
    private ulong _replyNumber;
    private bool _peerAgreed;
    private bool _peerAsked;
    private Instant _askedAt;

    private enum Step : byte
    {
        Idle,
        Asking,
        Noting,
        Draining,
        Flushing,
        Cooling,
        Ending,
        Parting,
    }

    /// <summary>An earlier process of this boot was primary and did not end it: whoever used its device may still do so.</summary>
    public bool MayResume { get; set; }

    public bool IsBusy => _step != Step.Idle;

    /// <summary>This node is leaving its peer.</summary>
    public bool IsParting => _demotion is ReplicaOrder.Disconnect;

    public Instant NextDeadline => _step switch
    {
        Step.Asking => _askedAt + PeerBound,
        Step.Parting => _askedAt + PartBound,
        _ => ReplicaEngine.Never,
    };

    /// <summary>Nothing differs from good data: this disk may serve.</summary>
    public void UpToDate()
    {
        if (volume.Super.Now.Disk != DiskState.UpToDate)
            volume.Super.Save(volume.Super.Now with { Disk = DiskState.UpToDate });
        volume.SetDisk(DiskState.UpToDate);
    }

    public void Promote(ReplicaOrder.Primary order)
    {
        if (volume.Role == ReplicaRole.Primary)
        {
            volume.Learn(order.Term);
            volume.Orders.Done(order, "");
            return;
        }

        if (IsBusy)
        {
            volume.Orders.Done(order, "another change of role is under way");
            return;
        }

        (_promotion, _step, _askedAt, _peerAsked, _peerAgreed) = (order, Step.Asking, volume.Now, false, false);
    }

    public void Demote(ReplicaOrder order)
    {
        if (IsBusy)
        {
            volume.Orders.Done(order, "another change of role is under way");
            return;
        }

        (_demotion, _step) = (order, Step.Draining);
        if (volume.Role == ReplicaRole.Primary && order is not ReplicaOrder.Stop { FrontStays: true })
            volume.Effects.Add(EffectKind.Expose).Result = 0;
    }

    /// <summary>The peer wants to become primary.</summary>
    public void PeerAsks(ulong term)
    {
        var may = volume.Role != ReplicaRole.Primary && _step is not (Step.Noting or Step.Asking);
        if (_step == Step.Asking && volume.Config.Node == 1) may = true; // Both at once: node 0 goes first.
        (_reply, _replyNumber) = ((term, may), may ? volume.Learn(term) : 0);
    }

    /// <summary>Only when the term is on our disk: who asks may have none.</summary>
    private bool Reply()
    {
        if (_reply is not { } reply || !volume.Super.IsDurable(_replyNumber)) return false;
        _reply = null;
        volume.Link.Send(FrameKind.RoleReply, 0, (long)reply.Term, reply.May ? 1UL : 0UL);
        return true;
    }

    public void PeerReplies(bool yes)
    {
        if (_step != Step.Asking || !_peerAsked) return;
        if (yes) _peerAgreed = true;
        else Refuse("the peer is primary, or is becoming it");
    }

    /// <summary>Who asked does not hear us any more.</summary>
    public void LinkLost() => _reply = null;

    public void DiskGone()
    {
        if (_step is Step.Noting or Step.Asking) Refuse("the disk of this node is gone");
    }

    /// <summary>The peer has written down that its data is old.</summary>
    public void NotePeerOutdated()
    {
        if (!volume.Super.IsKnown || (volume.Super.Now.Flags & SuperblockFlags.PeerOutdated) != 0) return;
        volume.Super.Save(volume.Super.Now with { Flags = volume.Super.Now.Flags | SuperblockFlags.PeerOutdated });
    }

    public bool Settle() => Reply() | GoOn();

    private bool GoOn() => _step switch
    {
        Step.Asking => Ask(),
        Step.Noting => Note(),
        Step.Draining => Drain(),
        Step.Flushing => Flush(),
        Step.Cooling => Cool(),
        Step.Ending => End(),
        Step.Parting => Part(),
        _ => false,
    };

    private bool Ask()
    {
        var order = _promotion!;
        var late = volume.Now - _askedAt >= PeerBound;
        if (volume.Meeting.IsRunning && !late) return false; // In a moment we know more.
        if (Obstacle(order) is { Length: > 0 } why)
        {
            Refuse(why);
            return true;
        }

        if (volume.Link.IsEstablished && !_peerAgreed)
        {
            if (late)
            {
                Refuse("the peer is connected and does not answer");
                return true;
            }

            if (_peerAsked) return false;
            _peerAsked = true;
            volume.Link.Send(FrameKind.RoleRequest, 0, (long)TermOf(order));
            return true;
        }

        _number = WriteDown(order);
        _step = Step.Noting;
        return true;
    }

    private string Obstacle(ReplicaOrder.Primary order)
    {
        if (volume.Meeting.IsRunning) return "the two replicas are comparing their histories";
        if (order.Term != 0 && order.Term < volume.Term)
            return $"term {order.Term} is older than {volume.Term}, the last one seen here";
        if (volume.Link.IsEstablished && volume.Link.PeerRole == ReplicaRole.Primary) return "the peer is primary";
        if (volume.Link.State == ConnectionState.SyncTarget) return "this node is being copied onto";
        if (!volume.HasDisk) return volume.Link.CanRead ? "" : "this node has no disk and no peer with good data";
        if (order.Force) return "";
        var empty = volume.Generations.Current == History.Generations.JustCreated;
        if (empty) return "this disk is empty: copy from the peer, or say with --force that its content is the truth";
        return volume.Disk switch
        {
            DiskState.UpToDate => "",
            DiskState.Consistent when order.PeerIsHarmless || (volume.Super.Now.Flags & SuperblockFlags.PeerSeen) == 0 => "",
            DiskState.Consistent when MayResume && order.Term == volume.Term => "",
            DiskState.Consistent => "the peer may have newer data (it was connected when it was last seen)",
            var state => $"the data here is {state}",
        };
    }

    /// <summary>By hand it is the next one.</summary>
    private ulong TermOf(ReplicaOrder.Primary order) => order.Term == 0 ? volume.Term + 1 : Math.Max(order.Term, volume.Term);

    private ulong WriteDown(ReplicaOrder.Primary order)
    {
        var term = TermOf(order);
        if (!volume.Super.IsKnown) return volume.Learn(term);
        var super = volume.Super.Now;
        var forced = order.Force && volume.HasDisk
            && (volume.Disk < DiskState.Consistent || super.Generations.Current == History.Generations.JustCreated);
        if (forced) Force();
        super = volume.Super.Now;
        return volume.Super.Save(super with
        {
            Term = term,
            Disk = volume.HasDisk ? DiskState.UpToDate : super.Disk,
            Flags = (super.Flags | SuperblockFlags.Primary) & ~(SuperblockFlags.Clean | (forced ? SuperblockFlags.ResyncTarget : 0)),
        });
    }

    /// <summary>What is here is the truth from now on, with a name of its own.</summary>
    private void Force()
    {
        volume.Tell(NewsKind.Warning, $"forced to become primary with {volume.Disk} data");
        var super = volume.Super.Now;
        if (super.Generations.Current != History.Generations.JustCreated)
        {
            volume.Alone.Mint("forced primary");
            return;
        }

        volume.Super.Save(super with { Generations = new History.Generations(volume.Alone.Random() | 1, 0, default, default) });
    }

    private bool Note()
    {
        if (volume.Super.IsKnown && !volume.Super.IsDurable(_number)) return false;
        var order = _promotion!;
        (_step, _promotion) = (Step.Idle, null);
        var unsure = volume.Disk == DiskState.Consistent && !order.PeerIsHarmless && !order.Force && MayResume;
        MayResume = false;
        if (unsure && !volume.Link.IsEstablished) volume.Failure.AskWhetherAlone();
        if (volume.HasDisk && volume.Disk != DiskState.UpToDate) volume.SetDisk(DiskState.UpToDate);
        volume.Meeting.PrimarySinceSplit = true;
        volume.SetRole(ReplicaRole.Primary);
        volume.Link.RetryNow();
        volume.Effects.Add(EffectKind.Expose).Result = 1;
        volume.Orders.Done(order, "");
        volume.Orders.ConnectIfHeldBack();
        // What a verify found while nobody was primary waits for one.
        if (volume.HasDisk && volume.Config.VerifyRepairs && volume.Bitmap.Count > 0 && volume.Link.CanRead) volume.Source.Request();
        return true;
    }

    private void Refuse(string why)
    {
        var order = _promotion!;
        (_step, _promotion) = (Step.Idle, null);
        volume.Orders.Done(order, $"cannot become primary: {why}");
    }

    private bool Drain()
    {
        if (volume.Front.Pending > 0 && _demotion is not ReplicaOrder.Stop { FrontStays: true }) return false;
        if (volume.Front.WritesUnderWay > 0 || volume.Source.IsRunning && _demotion is ReplicaOrder.Secondary && volume.Front.Pending > 0)
            return false;
        _flushAfter = volume.Flushes.Next;
        volume.Flushes.Want(both: _demotion is not ReplicaOrder.Secondary);
        _step = Step.Flushing;
        return true;
    }

    private bool Flush()
    {
        if (volume.HasDisk || volume.Link.TakesWrites)
        {
            if (volume.Flushes.Ended < _flushAfter) return false;
        }

        volume.Pages.Want();
        _step = Step.Cooling;
        return true;
    }

    private bool Cool()
    {
        if (volume.HasDisk && volume.Pages.IsBusy) return false;
        volume.Intents.Cool(all: true);
        if (volume.HasDisk && (volume.Intents.IsBusy || volume.Super.IsBusy)) return false;
        _number = 0;
        if (volume.Super.IsKnown && volume.HasDisk)
        {
            var stays = _demotion is ReplicaOrder.Stop { FrontStays: true };
            var clean = volume.Intents.Hot == 0 ? SuperblockFlags.Clean : 0;
            var primary = stays ? volume.Super.Now.Flags & SuperblockFlags.Primary : 0;
            // What was answered early and never reached the peer must not lose to the peer's copy when the two meet.
            var ahead = volume.Role == ReplicaRole.Primary && volume.Config.Protocol != Protocol.C && !volume.Link.TakesWrites
                ? SuperblockFlags.Ahead : 0;
            _number = volume.Super.Save(volume.Super.Now with
            {
                Flags = (volume.Super.Now.Flags & ~(SuperblockFlags.Primary | SuperblockFlags.Clean)) | clean | primary | ahead,
                Disk = Leaving() ? DiskState.Outdated : volume.Super.Now.Disk,
            });
        }

        _step = Step.Ending;
        return true;
    }

    /// <summary>A secondary that leaves while its primary goes on knows that its data will be old.</summary>
    private bool Leaving() => _demotion is ReplicaOrder.Stop or ReplicaOrder.Disconnect && volume.Role == ReplicaRole.Secondary
        && volume.Link.State == ConnectionState.Connected && volume.Link.PeerRole == ReplicaRole.Primary
        && volume.Link.PeerDisk == DiskState.UpToDate
        && volume.Disk == DiskState.UpToDate;

    private bool End()
    {
        if (_number != 0 && !volume.Super.IsDurable(_number)) return false;
        var (order, leaving) = (_demotion!, Leaving());
        (_step, _demotion) = (Step.Idle, null);
        if (order is ReplicaOrder.Secondary)
        {
            volume.SetRole(ReplicaRole.Secondary);
            // Both have flushed: what this node had as primary, the peer has. Whoever is primary after this may come to have more.
            if (volume.Link.CanRead) volume.Meeting.PrimarySinceSplit = false;
            LetGoUnfenced();
            volume.Effects.Add(EffectKind.Expose).Result = 0;
            volume.Orders.Done(order, "");
            return true;
        }

        if (volume.Link.IsEstablished) volume.Link.Send(FrameKind.Goodbye, 0, aux: leaving ? 1UL : 0UL);
        if (leaving) volume.Disk = DiskState.Outdated;
        (_step, _demotion, _askedAt) = (Step.Parting, order, volume.Now);
        return true;
    }

    /// <summary>The peer was lost and nobody said that it would not serve: from here on it may have newer data than this node.</summary>
    private void LetGoUnfenced()
    {
        volume.Front.FailNoMore();
        if ((volume.Gate & Gate.Fencing) == 0) return;
        if (!volume.Alone.IsNoted) volume.Alone.Reset();
        volume.Open(Gate.Fencing);
        if (volume.Disk == DiskState.UpToDate) volume.SetDisk(DiskState.Consistent);
    }

    /// <summary>The peer closes the connection when it has heard us; who cuts it could lose the last words.</summary>
    private bool Part()
    {
        if (volume.Link.IsUp && volume.Now - _askedAt < PartBound) return false;
        var order = _demotion!;
        (_step, _demotion) = (Step.Idle, null);
        volume.Link.GiveUp(order is ReplicaOrder.Stop ? "stopped" : "disconnected by an operator");
        volume.Orders.Done(order, "");
        if (order is ReplicaOrder.Stop) volume.Effects.Add(EffectKind.Ended);
        else volume.Leaving.Parted();
        return true;
    }
}
