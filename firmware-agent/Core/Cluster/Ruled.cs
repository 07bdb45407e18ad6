using Appliance.Core.Resources;

namespace Appliance.Core.Cluster;

/// <summary>
/// Decides for the groups of a pair that speaks Heartbeat's protocol: who holds what is decided there, and the groups follow. What only
/// concerns this node stays here: that a note is on disk before anything starts, failures, and a resource that will not stop.
/// </summary>
internal static class Ruled
{
    //                granted, fit                note written              all started
    //  Passive ─────────────────▶ (vote, held) ───────────────▶ Activating ───────────▶ Active
    //     ▲                                                         │                      │
    //     └───── all stopped ── Deactivating ◀── not granted any more, agent ends, cut off ┘
    //                              │ will not stop: Fencing

    /// <summary>A node that says nothing of its health counts as healthy.</summary>
    private const ushort ScoreMax = 1000;

    /// <summary>Takes over what was decided, and shows the other node in the words of our own protocol.</summary>
    public static void Learn(Turn turn, RuledPair view)
    {
        var state = turn.State;
        var links = state.Peer.Links.ToBuilder();
        for (var number = 0; number < links.Count; number++)
            if (view.LinksHeardAt[number] is { } at) links[number] = links[number] with { HeardAt = at, Usable = true, Reason = "" };
        turn.State = state with
        {
            Pair = view,
            Peer = state.Peer with { State = view.Peer, HeardAt = view.HeardAt, Links = links.ToImmutable(), Last = Facts(state, view) },
            Revalidating = !view.IsDecided,
        };
    }

    /// <summary>What to do with a group.</summary>
    public static Move Decide(in Situation now, GroupCondition condition, string reason) => now.Group.Role switch
    {
        Role.Passive or Role.Failed => Idle(now),
        Role.Activating or Role.Active => Serving(now, condition, reason),
        Role.Deactivating => Tenure.DecideStop(condition, reason),
        _ => new Move.Stay("resetting this machine"),
    };

    private static Move Idle(in Situation now)
    {
        if (now.Node.Pair is not { IsDecided: true } pair) return new Move.Stay($"negotiating with {now.Node.PeerName}");
        if (!pair.Granted[now.Number]) return NotOurs(now, pair);
        if (now.Writing) return new Move.Stay("writing the note");
        if (now.Maintenance) return new Move.Stay("maintenance: nothing is moved");
        if (IsRetryDue(now)) return new Move.Retry("the other node did not take it: trying again here");
        var obstacle = Fitness.Obstacle(now);
        if (obstacle.Length > 0) return new Move.Stay(obstacle);
        var (vote, me) = (now.Group.Vote, now.Me);
        return now.Group.VoteSpent || vote.Node != me ? new Move.Cast(vote.Above(me), Held: true, pair.Why) : new Move.Promote(pair.Why);
    }

    /// <summary>
    /// The other node has it: the vote that brought it here is given up for one for that node. When the pair speaks our own protocol
    /// again, a vote left over from earlier would look like a later right to serve.
    /// </summary>
    private static Move NotOurs(in Situation now, RuledPair pair)
    {
        if (!now.PeerHolds) return new Move.Stay(pair.Why);
        var why = $"{now.Node.PeerName} serves";
        return now.Group.Vote.Node == now.Me && !now.Writing && now.Node.StorageProblem.Length == 0
            ? new Move.Cast(now.Group.Vote.Above(now.Them), Held: false, why) : new Move.Stay(why);
    }

    private static Move Serving(in Situation now, GroupCondition condition, string reason)
    {
        if (now.Node.Stopping) return new Move.Release("the agent is stopping", HandOver: false);
        if (now.Node.Pair is not { IsDecided: true } pair) return new Move.Stay($"negotiating with {now.Node.PeerName}");
        if (!pair.Granted[now.Number]) return new Move.Release(pair.Why, HandOver: false);
        if (now.Maintenance) return new Move.Stay("maintenance: nothing is started, stopped or moved");
        if (condition == GroupCondition.StopFailed) return new Move.Fence(reason);
        if (condition == GroupCondition.Failed) return Failed(now, pair, reason);
        return now.Group.Role == Role.Activating && condition == GroupCondition.Started ? new Move.Serve() : new Move.Stay("");
    }

    /// <summary>With a node that can be asked the group stops here, and it is asked.</summary>
    private static Move Failed(in Situation now, RuledPair pair, string reason)
    {
        if (pair.PeerReady || now.Group.FailedUntil is null) return new Move.Fail(reason, HandOver: pair.PeerReady);
        return IsRetryDue(now) ? new Move.Retry("there is no other node: trying again") : new Move.Stay($"failed: {reason}");
    }

    private static bool IsRetryDue(in Situation now) =>
        now.Group.FailedUntil is not null && now.Now - now.Group.FailedAt >= Election.RetryPause;

    private static Heartbeat Facts(NodeState state, RuledPair view)
    {
        var said = new Heartbeat
        {
            Sender = (byte)state.PeerNode,
            Incarnation = view.PeerIncarnation,
            // It says neither; what is shown must not look like a difference.
            ConfigDigest = state.Config.Digest,
            Flags = view.PeerReady ? NodeFlags.None : NodeFlags.Starting,
            GroupCount = (byte)state.Groups.Length,
        };
        for (var number = 0; number < state.Groups.Length; number++)
        {
            var holds = view.PeerHolds[number];
            said.Groups[number] = new GroupFacts(
                holds ? Role.Active : Role.Passive, DataStanding.None, Fit: view.PeerReady, Vote.None, Wish.None,
                Score: view.PeerReady ? ScoreMax : (ushort)0);
        }

        return said;
    }
}
