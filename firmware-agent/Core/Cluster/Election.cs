using Appliance.Core.Fences;
using Appliance.Core.Time;

namespace Appliance.Core.Cluster;

/// <summary>
/// Decides for a group that this node does not hold. With a living peer power moves by agreement: both votes must be the same.
/// Without one it needs a dead peer (rule 5), a reference or the witness (rule 2), good data (rule 4) and an address nobody answers for.
/// </summary>
public static class Election
{
    //                     peer alive                                           peer silent
    //  peer holds ───────────▶ follow its vote                 not yet deadtime ──▶ wait
    //  peer votes higher ────▶ follow it                       isolated ──────────▶ wait
    //  votes equal, for us ──▶ promote (or hand back)          address answered ──▶ ask again, never promote
    //  our turn ─────────────▶ cast a vote for us              witness silent ────▶ cast, wait for its vote
    //  else ─────────────────▶ wait                            else ──────────────▶ cast a vote for us, promote
    //
    //  With a fence device the silent peer is fenced instead of looked for: see FenceDecision.

    /// <summary>A group that failed on both nodes is tried again after this pause on the better one.</summary>
    public static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(30);

    /// <summary>An unanswered question for the address is repeated after this.</summary>
    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(200);

    /// <summary>What to do while not holding the group.</summary>
    public static Move Decide(in Situation now)
    {
        if (now.Node.StorageProblem.Length > 0) return new Move.Stay(Fitness.Obstacle(now));
        if (now.Writing) return new Move.Stay("writing the vote");
        if (now.Maintenance) return new Move.Stay("maintenance: nothing is moved");
        if (now.Node.Revalidating) return new Move.Stay("the node did not run for a while and listens first");
        return now.Peer.State switch
        {
            PeerState.Unknown => new Move.Stay($"waiting for {now.Node.PeerName} (initdead {now.Node.Timing.Initdead.TotalSeconds:0.#} s)"),
            PeerState.Up or PeerState.Late => WithPeer(now),
            _ => WithoutPeer(now),
        };
    }

    private static Move WithPeer(in Situation now)
    {
        var (mine, theirs) = (now.Group.Vote, now.PeerFacts.Vote);
        if (theirs > mine && MayFollow(now)) return Follow(now, theirs);
        if (now.PeerFacts.Role == Role.Fencing)
            return FenceDecision.Overdue(now)
                ?? new Move.Stay($"{now.Node.PeerName} is resetting itself because a resource would not stop");
        if (now.PeerHolds) return new Move.Stay($"{now.Node.PeerName} serves");
        if (theirs == mine && mine.Node == now.Me && !now.Group.VoteSpent) return Agreed(now);
        if (CanCarry(now)) return Unanswered(now);
        return Vacant(now);
    }

    /// <summary>A vote for the peer costs us nothing. One for us is acted on, so it must be proven fresh.</summary>
    private static bool MayFollow(in Situation now) => now.PeerFacts.Vote.Node != now.Me || now.Peer.Fresh;

    private static Move Follow(in Situation now, Vote vote) =>
        new Move.Cast(vote, Held: false, vote.Node == now.Me ? $"{now.Node.PeerName} hands the group to us"
            : $"{now.Node.PeerName} stands for the group");

    private static Move Agreed(in Situation now)
    {
        var obstacle = Fitness.Obstacle(now);
        if (obstacle.Length == 0)
            return now.Peer.Fresh ? new Move.Promote("both nodes agreed") : new Move.Stay("waiting for a fresh word of the peer");
        return now.PeerFit
            ? new Move.Cast(now.Group.Vote.Above(now.Them), Held: false, $"we cannot take it: {obstacle}")
            : new Move.Stay(obstacle);
    }

    /// <summary>We stand and the peer has not voted. A peer that says that it cannot serve may also be unable to write its vote.</summary>
    private static Move Unanswered(in Situation now)
    {
        var obstacle = Fitness.Obstacle(now);
        if (obstacle.Length > 0) return new Move.Stay(obstacle);
        var waited = now.Group.VacantSince is { } since && now.Now - since >= now.Settle;
        if (waited && now.Peer.Fresh && !now.PeerFacts.Fit && now.PeerFacts.Vote < now.Group.Vote)
            return new Move.Promote($"{now.Node.PeerName} cannot serve and does not vote");
        return new Move.Stay($"waiting for {now.Node.PeerName} to agree");
    }

    private static Move Vacant(in Situation now)
    {
        var obstacle = Fitness.Obstacle(now);
        if (now.Group.FailedUntil is not null && !now.PeerFacts.Fit && now.Now - now.Group.FailedAt >= RetryPause)
            return new Move.Retry("it failed on both nodes: trying again here");
        if (obstacle.Length > 0) return new Move.Stay(obstacle);
        if (IsHanded(now)) return new Move.Stay($"waiting for {now.Node.PeerName} to take what was handed to it");
        // The data of the peer may be better than ours: then it is its turn even if it cannot serve yet.
        if (now.Group.Data == DataStanding.Consistent && now.PeerFacts.Data is DataStanding.UpToDate or DataStanding.Alone)
            return new Move.Stay($"{now.Node.PeerName} has the newer data");
        var waited = now.Group.VacantSince is { } since && now.Now - since >= now.Settle;
        if (now.Peer.Last.Flags.HasFlag(NodeFlags.Starting) && !waited) return new Move.Stay($"{now.Node.PeerName} has just started");
        return Fitness.OurTurn(now) || waited
            ? new Move.Cast(Highest(now).Above(now.Me), Held: false, "nobody serves and it is our turn")
            : new Move.Stay($"it is the turn of {now.Node.PeerName}");
    }

    /// <summary>What was just handed over is the peer's to take, whoever is preferred or has the better score: else an order to move the
    /// group would be undone by the node that carried it out.</summary>
    private static bool IsHanded(in Situation now) => now.Group.HandedAt is { } at && now.Now - at < now.Settle
        && now.PeerFit && now.Group.Vote.Node == now.Them;

    private static Move WithoutPeer(in Situation now)
    {
        var obstacle = Fitness.Obstacle(now);
        if (now.Group.FailedUntil is not null && now.Now - now.Group.FailedAt >= RetryPause)
            return new Move.Retry("there is no other node: trying again");
        if (FenceDecision.Applies(now)) return Fenced(now);
        if (now.Node.Fence.PoweredAt is { } powered && now.Now - powered < now.Node.Timing.Initdead)
            return new Move.Stay($"{now.Node.PeerName} was switched on again and may be booting");
        // The data obstacle of a dead peer is lifted by the evidence, so the question is asked first.
        var evidence = NeedsEvidence(now) ? Ask(now) : null;
        if (evidence is not null) return evidence;
        if (obstacle.Length > 0) return new Move.Stay(obstacle);
        if (now.ReferencesSilent)
            return new Move.Stay("neither a ping reference nor the witness answers: this node may be the one that is cut off");
        if (FencingBound(now) is { } wait) return wait;
        return now.WitnessHeard && now.Peer.State != PeerState.Left ? WithWitness(now) : Alone(now);
    }

    /// <summary>The peer is off only when a device says so.</summary>
    private static Move Fenced(in Situation now)
    {
        var obstacle = FenceDecision.Obstacle(now);
        if (obstacle.Length > 0) return new Move.Stay(obstacle);
        if (now.ReferencesSilent)
            return new Move.Stay("neither a ping reference nor the witness answers: this node may be the one that is cut off, and fences "
                + "nobody");
        if (FencingBound(now) is { } wait) return wait;
        if (now.WitnessHeard && WithWitness(now) is var vote and not Move.Promote) return vote;
        return FenceDecision.Shoot(now);
    }

    private static bool NeedsEvidence(in Situation now) =>
        now.HasAddress && now.Peer.State == PeerState.Dead && !now.Node.PeerFenced && !now.ReferencesSilent;

    /// <summary>Null when the LAN said, after the silence began, that nobody has the address.</summary>
    private static Move? Ask(in Situation now)
    {
        var asked = now.Group.Evidence;
        var silentSince = now.Peer.HeardAt ?? now.Node.StartedAt;
        var isCurrent = asked.Token != 0 && asked.AskedAt >= silentSince + now.Node.Timing.Warntime
            && now.Now - asked.AskedAt <= now.Node.Timing.Deadtime * 2;
        if (!isCurrent) return new Move.Ask("asking who has the service address");
        if (asked.Answer is null)
            return now.Now - asked.AskedAt >= TimeSpan.FromSeconds(1) ? new Move.Ask("asking again")
                : new Move.Stay("asking who has the service address");
        if (asked.Answer == AddressAnswer.Nobody) return null;
        if (now.Now - asked.AskedAt >= AskAgain) return new Move.Ask("asking again who has the service address");
        return new Move.Stay(asked.Answer == AddressAnswer.Somebody
            ? $"the service address still answers ({asked.Detail}): a second server is never started beside it; switch "
                + $"{now.Node.PeerName} off if it hangs"
            : $"cannot ask who has the service address: {asked.Detail}");
    }

    /// <summary>Rule 8: the peer announced that it resets itself; wait until it must be done.</summary>
    internal static Move.Stay? FencingBound(in Situation now)
    {
        if (now.Node.PeerFenced || now.PeerFacts.Role != Role.Fencing || now.Peer.HeardAt is not { } heard) return null;
        var left = heard + now.Node.Config.Policy.StopFailureBound - now.Now;
        return left > TimeSpan.Zero ? new Move.Stay($"{now.Node.PeerName} resets itself; waiting {left.TotalSeconds:0.0} s for its bound")
            : null;
    }

    private static Move WithWitness(in Situation now)
    {
        if (!CanCarry(now) || now.WitnessVote > now.Group.Vote)
            return new Move.Cast(Highest(now).Above(now.Me), Held: false, "asking the witness");
        return now.WitnessVote == now.Group.Vote
            ? new Move.Promote("the witness agreed that the peer is gone")
            : new Move.Stay("waiting for the witness, which may still hear the peer");
    }

    private static Move Alone(in Situation now)
    {
        if (!CanCarry(now)) return new Move.Cast(Highest(now).Above(now.Me), Held: true, Cause(now));
        return new Move.Promote(Cause(now));
    }

    /// <summary>Our vote can carry a promotion: it has not yet, and the peer has not stood for that term too (rule 3: a term larger than
    /// any seen).</summary>
    private static bool CanCarry(in Situation now) =>
        now.Group.Vote.Node == now.Me && !now.Group.VoteSpent
        && !(now.Peer.Known && now.PeerFacts.Vote.Node == now.Them && now.PeerFacts.Vote.Term >= now.Group.Vote.Term);

    private static string Cause(in Situation now) => now.Peer.State switch
    {
        PeerState.Left => $"{now.Node.PeerName} said goodbye",
        _ when now.Node.PeerFenced => $"{now.Node.PeerName} is fenced",
        _ when !now.Peer.Known => $"{now.Node.PeerName} was not heard within initdead",
        _ => $"{now.Node.PeerName} is dead: silent on all links for {now.Node.Timing.Deadtime.TotalMilliseconds:0} ms",
    };

    /// <summary>The highest vote seen anywhere: a promotion's term is larger than any (rule 3).</summary>
    private static Vote Highest(in Situation now)
    {
        var highest = now.Group.Vote;
        if (now.Peer.Known && now.PeerFacts.Vote > highest) highest = now.PeerFacts.Vote;
        if (now.Node.WitnessAt is not null && now.WitnessVote > highest) highest = now.WitnessVote;
        return highest;
    }

    /// <summary>The question may be asked before the peer is dead, so that the answer is there in time.</summary>
    public static bool AskEarly(in Situation now) =>
        now.HasAddress && now.Peer.State == PeerState.Late && now.PeerFacts.Role.Holds() && !now.Maintenance
        && now.Peer.HeardAt is { } heard
        && (now.Group.Evidence.AskedAt < heard + now.Node.Timing.Warntime || now.Group.Evidence.Token == 0);
}
