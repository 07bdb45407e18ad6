using Appliance.Core.Health;
using Appliance.Core.Resources;

namespace Appliance.Core.Cluster;

/// <summary>
/// Decides for a group that this node holds: keep it, hand it over, or let it go.
/// The higher term keeps serving undisturbed and only the loser stops (rule 3); a node that is cut off does not hope (rule 2).
/// </summary>
public static class Tenure
{
    //  Activating ──all started──▶ Active ──┬─ peer holds a higher term, witness voted it away ─▶ Deactivating (lost)
    //      │                                ├─ isolated ───────────────────────────────────────▶ Deactivating (released)
    //      │ failed here, peer fit          ├─ standby, stop, peer's wish, peer better ────────▶ Deactivating (handed over)
    //      └────────────────────────────────┴─ failed here, peer fit ──────────────────────────▶ Deactivating ─▶ Failed
    //                                                    Deactivating ──will not stop──▶ Fencing

    /// <summary>Automatic moves for a better view of the network keep this distance.</summary>
    public static readonly TimeSpan Dwell = TimeSpan.FromSeconds(5);

    /// <summary>A group that came here stays that long although the node ails: whatever it came from was worse.</summary>
    public static readonly TimeSpan HealthDwell = TimeSpan.FromMinutes(10);

    /// <summary>Points of score by which the peer must be better before a critical node gives its groups away.</summary>
    private const int HealthMargin = NodeHealth.WarningsMost + 1;

    /// <summary>What to do while Activating or Active.</summary>
    public static Move Decide(in Situation now, GroupCondition condition, string reason)
    {
        if (Rival(now) is { } lost) return lost;
        if (now.Maintenance) return new Move.Stay("maintenance: nothing is started, stopped or moved");
        if (now.Node.Revalidating)
            return new Move.Stay(
                "the node did not run for a while: nothing shared is touched until the peer was heard or deadtime has passed");
        if (!now.Group.Held && NotYetStarted(now) is { } abandoned) return abandoned;
        if (Outvoted(now) is { } vote) return vote;
        if (now.Isolated && now.Node.Config.Policy.OnIsolation == Configuration.IsolationPolicy.Release)
            return new Move.Release("cut off: neither the peer nor any reference answers", HandOver: false);
        return Fences.FenceDecision.Defend(now) ?? Ordered(now) ?? Health(now, condition, reason);
    }

    /// <summary>The promotion is being written and nothing has started: what has changed since it was decided still counts.</summary>
    private static Move.Release? NotYetStarted(in Situation now)
    {
        if (now.PeerHolds)
            return new Move.Release($"{now.Node.PeerName} is heard and holds the group; nothing was started yet", HandOver: false);
        var obstacle = Fitness.Obstacle(now);
        return obstacle.Length > 0 ? new Move.Release($"nothing was started yet: {obstacle}", HandOver: false) : null;
    }

    /// <summary>Both nodes hold: two sides of a healed partition meet. Even maintenance does not excuse two servers.</summary>
    private static Move? Rival(in Situation now)
    {
        if (!now.PeerHolds || now.PeerFacts.Vote.Node != now.Them) return null;
        return now.PeerFacts.Vote > now.Group.Vote
            ? new Move.Release($"{now.Node.PeerName} serves with the later term {now.PeerFacts.Vote.Term}", HandOver: false)
            : null;
    }

    /// <summary>Somebody voted above us. A peer that does not serve is outvoted; one that cannot hear us is left to win (it could never
    /// learn to yield).</summary>
    private static Move? Outvoted(in Situation now)
    {
        var known = now.Peer.Known && (now.Peer.Alive || now.Peer.State == PeerState.Left);
        if (known && !now.PeerHolds && !now.Peer.Deaf && now.PeerFacts.Vote > now.Group.Vote)
            return new Move.Cast(now.PeerFacts.Vote.Above(now.Me), Held: true, $"{now.Node.PeerName} voted without knowing that we serve");
        if (!now.WitnessHeard || now.WitnessVote <= now.Group.Vote) return null;
        if (now.Peer.Alive)
            return new Move.Cast(now.WitnessVote.Above(now.Me), Held: true, "the witness voted without knowing that we serve");
        return now.WitnessVote.Node == now.Them
            ? new Move.Release("the witness has given the group to the peer, which we do not hear", HandOver: false)
            : new Move.Cast(now.WitnessVote.Above(now.Me), Held: true, "catching up with the witness");
    }

    private static Move? Ordered(in Situation now)
    {
        var peer = now.PeerFit;
        if (now.Node.Stopping) return new Move.Release("the agent is stopping", peer);
        if (now.Node.Standby) return new Move.Release("standby was ordered", peer);
        if (!peer) return null;
        if (now.PeerFacts.Wish == Wish.Takeover && now.Peer.Fresh)
            return new Move.Release($"{now.Node.PeerName} asks for the group", HandOver: true);
        return now.Group.Wish == Wish.Takeover ? new Move.Release("switchover was ordered", HandOver: true) : null;
    }

    private static Move Health(in Situation now, GroupCondition condition, string reason)
    {
        if (condition == GroupCondition.StopFailed) return new Move.Fence(reason);
        if (condition == GroupCondition.Failed)
        {
            if (now.PeerFit) return new Move.Fail(reason, HandOver: true);
            return now.Group.FailedUntil is null ? new Move.Fail(reason, HandOver: false)
                : now.Now - now.Group.FailedAt >= Election.RetryPause ? new Move.Retry("there is no better node: trying again")
                : new Move.Stay($"failed and no other node can take it: {reason}");
        }

        var settled = now.Group.PeerBetterSince is { } since && now.Now - since >= now.Settle && now.Now - now.Group.Since >= Dwell;
        if (settled && now.PeerFit) return new Move.Release($"{now.Node.PeerName} sees more of the network", HandOver: true);
        if (IsAiling(now)) return new Move.Release($"this node is critical ({now.Node.Health.Reasons.First()})", HandOver: true);
        return now.Group.Role == Role.Activating && condition == GroupCondition.Started ? new Move.Serve() : new Move.Stay("");
    }

    /// <summary>Only where the file asks for it, after it lasted, and not again and again between two nodes that both ail.</summary>
    private static bool IsAiling(in Situation now) => now.Node.Config.Health.MovesAway && now.PeerFit
        && now.Group.PeerHealthierSince is { } since && now.Now - since >= now.Node.Config.Health.Settle
        && now.Now - now.Group.Since >= HealthDwell;

    /// <summary>What to do while Deactivating.</summary>
    public static Move DecideStop(GroupCondition condition, string reason) => condition switch
    {
        GroupCondition.Stopped => new Move.Rest(),
        GroupCondition.StopFailed => new Move.Fence(reason),
        _ => new Move.Stay(""),
    };

    /// <summary>This node is critical, and the peer's score is better by more than what several warnings weigh.</summary>
    public static bool PeerIsHealthier(in Situation now) =>
        now.Node.Health.IsCritical && now.PeerFit && now.PeerFacts.Score >= Fitness.Score(now) + HealthMargin;

    /// <summary>The peer sees more ping references than we do while it is otherwise fit.</summary>
    public static bool PeerSeesMore(in Situation now) =>
        now.PeerFit && now.Peer.Last.PingsKnown > 0 && now.PingsSeen < now.Peer.Last.PingsSeen && now.PeerFacts.Score > Fitness.Score(now);
}
