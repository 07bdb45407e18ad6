using Appliance.Core.Replica;
using Appliance.Core.Time;

namespace Appliance.Core.Cluster;

/// <summary>
/// Keeps a copy that has become old from being served. A primary that lost its replication link holds its users' writes, says that it is
/// alone, and goes on when the peer has written down that its copy is old, or cannot serve it for another reason.
/// </summary>
public static class PeerFencing
{
    //   primary                                   heartbeat                                    other node
    //   link lost, users wait ─── "Alone", fresh ──────────▶ copy not in sync any more ──▶ order Outdate
    //   order PeerFenced(outdated) ◀────────── "Outdated", fresh ──── noted on the disk ◀──┘
    //   peer dead, gone or fenced ──▶ order PeerFenced
    //   role lost, peer holds or is unknown: it lets go ──▶ order FailIo: what waits for the peer ends with an error
    //   peer dead, link not yet lost ──▶ order PeerDead: users do not wait for the link's own silence

    /// <summary>An order to the replica is repeated after this, in case its process was not there.</summary>
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);

    /// <summary>A peer without a working replica may yet come back with one and note that it is old; then it counts as harmless: it heard
    /// that we are alone.</summary>
    private static readonly TimeSpan PeerPatience = TimeSpan.FromSeconds(5);

    /// <summary>The replica's process was heard.</summary>
    internal static void Learn(Turn turn, Event.DataChanged change)
    {
        var group = turn.Group(change.Group);
        var good = change.Standing is DataStanding.UpToDate or DataStanding.Alone;
        turn.Set(change.Group, group with
        {
            Data = change.Standing,
            Replica = group.Replica with
            {
                IsConnected = change.Connected,
                WasInSync = group.Replica.WasInSync || good,
                PeerNewer = group.Replica.PeerNewer && !good,
                AskingSince = change.AskFence ? group.Replica.AskingSince ?? turn.Now : null,
                WaitTold = change.AskFence && group.Replica.WaitTold,
                Ordered = change.AskFence == group.Replica.AskingSince is not null ? group.Replica.Ordered : null,
            },
        });
    }

    /// <summary>Orders what follows from the peer's word, its death, or time.</summary>
    internal static void Update(Turn turn, int number)
    {
        var now = turn.Situation(number);
        if (!now.Group.Replica.Configured) return;
        var lost = now.Node.PeerFenced || now.Peer.State == PeerState.Dead;
        if (MustLetGo(now, lost)) Order(turn, number, new ReplicaOrder.FailIo());
        else if (now.Group.Replica.AskingSince is not null) Answer(turn, number);
        else if (now.Group.Replica.IsConnected && now.Group.Role.Holds() && lost) Order(turn, number, new ReplicaOrder.PeerDead());
        else if (now.Peer.Alive && now.Peer.Fresh && now.PeerFacts.Data == DataStanding.Alone) Outdate(turn, number);
        Warn(turn, number);
    }

    /// <summary>What the group's replica may rely on when it becomes primary.</summary>
    public static ReplicaMandate Mandate(in Situation now) => new(
        now.Group.Vote.Term,
        PeerIsHarmless: now.Group.Role.Holds() && !now.PeerHolds && Fitness.DataObstacle(now).Length == 0,
        PeerIsGone: PeerIsGone(now));

    /// <summary>Off, not only silent: nothing of it can still be replicating. A hung agent leaves a replica that works.</summary>
    private static bool PeerIsGone(in Situation now) => now.Node.PeerFenced
        || (now.Peer.State == PeerState.Dead && (!now.HasAddress || now.Group.Evidence.Answer == AddressAnswer.Nobody));

    /// <summary>This node stops and nobody will say where the peer stands: services that wait for their disk could never end.</summary>
    private static bool MustLetGo(in Situation now, bool lost)
    {
        if (now.Group.Role is not (Role.Deactivating or Role.Fencing) || Harmless(now) is not null) return false;
        if (now.Group.Replica.AskingSince is not { } asked) return now.Group.Replica.IsConnected && lost;
        return lost || now.PeerHolds || now.Now - asked >= Again;
    }

    private static void Outdate(Turn turn, int number)
    {
        var group = turn.Group(number);
        if (group.Data.IsGood()) return; // Connected, so what it said before is about an earlier time; or both wrote alone.
        if (!group.Replica.PeerNewer)
        {
            turn.Set(number, group with { Replica = group.Replica with { PeerNewer = true } });
            turn.Tell(ReportKind.Alarm, $"{turn.State.PeerName} writes without this node: the copy here is old until it is in sync again",
                group.Name);
        }

        if (group.Data == DataStanding.Consistent) Order(turn, number, new ReplicaOrder.Outdate());
    }

    private static void Answer(Turn turn, int number)
    {
        var now = turn.Situation(number);
        if (Harmless(now) is { } outdated)
        {
            Order(turn, number, new ReplicaOrder.PeerFenced(outdated));
        }
        else if (!now.Group.Replica.WaitTold && now.Now - now.Group.Replica.AskingSince >= PeerPatience)
        {
            turn.Set(number, now.Group with { Replica = now.Group.Replica with { WaitTold = true } });
            turn.Tell(ReportKind.Alarm,
                $"users' writes wait: the replication to {turn.State.PeerName} is lost and it is not known to be harmless "
                    + $"(it says {now.PeerFacts.Data}); see appliance replica status on both nodes", now.Group.Name);
        }
    }

    /// <summary>Null: the peer might serve what it has. True: it has written down that its copy is old.</summary>
    private static bool? Harmless(in Situation now)
    {
        if (now.Node.PeerFenced || now.Peer.State == PeerState.Left) return false;
        if (now.Peer.State == PeerState.Dead) return MayOutlive(now) ? false : null;
        if (!now.Peer.Alive || !now.Peer.Fresh || now.PeerHolds) return null;
        return now.PeerFacts.Data switch
        {
            DataStanding.Outdated or DataStanding.Inconsistent => true,
            DataStanding.Unknown or DataStanding.Diskless when now.Now - now.Group.Replica.AskingSince >= PeerPatience => false,
            _ => null,
        };
    }

    /// <summary>
    /// The silent peer may judge us as we judge it. Writing on alone is right only where we would also keep serving: a reference has
    /// answered since the silence began, and the witness has not given the group away.
    /// </summary>
    private static bool MayOutlive(in Situation now)
    {
        if (now.WitnessHeard && now.WitnessVote > now.Group.Vote && now.WitnessVote.Node == now.Them) return false;
        if (!now.ReferencesKnown || now.Node.Config.Policy.OnIsolation == Configuration.IsolationPolicy.Stay) return true;
        var silence = (now.Peer.HeardAt ?? now.Node.StartedAt) + now.Node.Timing.Warntime;
        if (now.Node.WitnessAt is { } witness && witness > silence) return true;
        foreach (var at in now.Node.PingsAt)
            if (at is { } answered && answered > silence) return true;
        return false;
    }

    /// <summary>The same order is repeated after <see cref="Again"/>; one of another kind is given at once.</summary>
    private static void Order(Turn turn, int number, ReplicaOrder order)
    {
        var group = turn.Group(number);
        if (group.Replica.Ordered is { } last && last.Order.GetType() == order.GetType() && turn.Now - last.At < Again) return;
        turn.Set(number, group with { Replica = group.Replica with { Ordered = (order, turn.Now) } });
        turn.Do(new Effect.OrderReplica(number, order));
    }

    /// <summary>A node that promotes data it cannot vouch for says so.</summary>
    private static void Warn(Turn turn, int number)
    {
        var now = turn.Situation(number);
        var blind = now.Group.Role == Role.Activating && now.Group.Data == DataStanding.Consistent && !now.Group.Replica.WasInSync
            && !now.Group.Adopting;
        if (blind == now.Group.Replica.BlindTold) return;
        if (!blind && now.Group.Role != Role.Passive) return;
        turn.Set(number, now.Group with { Replica = now.Group.Replica with { BlindTold = blind } });
        if (!blind) return;
        turn.Tell(ReportKind.Alarm,
            $"{turn.State.PeerName} could not be compared with within wait-for-peer: this node serves its own copy, which may be the older "
                + "one", now.Group.Name);
    }
}

/// <summary>What a replica may rely on when it becomes primary.</summary>
/// <param name="Term">Of the group's vote.</param>
/// <param name="PeerIsHarmless">The peer neither serves nor has newer data.</param>
/// <param name="PeerIsGone">The peer is off: its silence need not be waited for.</param>
public readonly record struct ReplicaMandate(uint Term, bool PeerIsHarmless, bool PeerIsGone);
