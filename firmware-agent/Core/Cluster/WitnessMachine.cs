using System.Collections.Immutable;
using Appliance.Core.Time;

namespace Appliance.Core.Cluster;

/// <summary>What a witness has heard of one node.</summary>
/// <param name="HeardAt">Last word; null: never since it began to listen.</param>
/// <param name="Fresh">The last word proves that it was said just now.</param>
/// <param name="Last">The last word.</param>
/// <param name="HeldAt">Per group, when the node last said that it holds it; null: never.</param>
public sealed record WitnessedNode(Instant? HeardAt, bool Fresh, Heartbeat Last, ImmutableArray<Instant?> HeldAt)
{
    public static WitnessedNode Unknown => new(null, false, default, [.. new Instant?[Limits.GroupsMax]]);
}

/// <summary>Everything a witness knows. Its votes are durable, the rest is what it heard.</summary>
/// <param name="ListensSince">Since when nothing was missed: start, or the end of the last gap.</param>
/// <param name="LastStep">The step before this one.</param>
/// <param name="Nodes">By node number.</param>
/// <param name="Votes">By group number.</param>
public sealed record WitnessState(Instant ListensSince, Instant LastStep, ImmutableArray<WitnessedNode> Nodes, ImmutableArray<Vote> Votes)
{
    public static WitnessState Start(ImmutableArray<Vote> votes, Instant now)
    {
        Invariant.Check(votes.Length == Limits.GroupsMax);
        return new(now, now, [.. Selection.Repeat(WitnessedNode.Unknown, Limits.Nodes)], votes);
    }
}

/// <summary>
/// The third vote. It has no opinion who is better: it answers one question, whether the other node may still be serving. Pure;
/// the shell makes the votes durable before it says them.
/// </summary>
/// <param name="deadtime">Of the cluster. A node silent for longer is dead to its peer.</param>
/// <param name="keepalive">Of the cluster. A word that was on its way when silence began.</param>
public sealed class WitnessMachine(TimeSpan deadtime, TimeSpan keepalive)
{
    // The vote in one group, when a node (the candidate) says something fresh:
    //
    //   its vote is not for itself, or not above ours ─────────────────────────▶ keep
    //   the other node, just heard, votes the same as the candidate ───────────▶ follow the candidate
    //   we have listened for less than the lease, so we may have missed it ────▶ keep
    //   the other node said within the lease that it holds the group ──────────▶ keep
    //   else ──────────────────────────────────────────────────────────────────▶ follow the candidate
    //
    // A vote never gets smaller.

    /// <summary>For how long "I hold it" counts after it was said.</summary>
    public TimeSpan Lease { get; } = deadtime + keepalive;

    /// <summary>A node said something new and authentic.</summary>
    public WitnessState Hear(WitnessState state, in Heartbeat said, bool fresh, Instant now)
    {
        Invariant.Check(said.Sender < Limits.Nodes);
        state = Tick(state, now);
        var node = state.Nodes[said.Sender];
        var held = node.HeldAt.ToBuilder();
        for (var group = 0; group < said.GroupCount; group++)
            if (said.Groups[group].Role.Holds()) held[group] = now;
        node = new WitnessedNode(now, fresh, said, held.MoveToImmutable());
        state = state with { Nodes = state.Nodes.SetItem(said.Sender, node) };
        return fresh ? state with { Votes = [.. Selection.Range(0, Limits.GroupsMax).Select(group => Decide(state, node, group, now))] }
            : state;
    }

    /// <summary>Time passed. A gap in our own running is a gap in what we know.</summary>
    public WitnessState Tick(WitnessState state, Instant now) =>
        state with { LastStep = now, ListensSince = now - state.LastStep >= deadtime ? now : state.ListensSince };

    /// <summary>What we say: which nodes we hear, and our votes in as many groups as the listener has.</summary>
    public Heartbeat Facts(WitnessState state, byte groupCount, Instant now)
    {
        var facts = new Heartbeat { Sender = Limits.WitnessNumber, GroupCount = groupCount };
        for (var node = 0; node < Limits.Nodes; node++)
            if (IsWithin(state.Nodes[node].HeardAt, deadtime, now)) facts.LinksHeard |= (byte)(1 << node);
        for (var group = 0; group < groupCount; group++)
            facts.Groups[group] = new GroupFacts(Role.Passive, DataStanding.None, false, state.Votes[group], Wish.None, 0);
        return facts;
    }

    private Vote Decide(WitnessState state, WitnessedNode candidate, int group, Instant now)
    {
        var ours = state.Votes[group];
        if (group >= candidate.Last.GroupCount) return ours;
        var theirs = candidate.Last.Groups[group].Vote;
        if (theirs.Node != candidate.Last.Sender || theirs <= ours) return ours;
        var other = state.Nodes[1 - candidate.Last.Sender];
        if (Agrees(other, group, theirs, now)) return theirs;
        if (now - state.ListensSince < Lease) return ours;
        return IsWithin(other.HeldAt[group], Lease, now) ? ours : theirs;
    }

    private bool Agrees(WitnessedNode other, int group, Vote vote, Instant now) =>
        other.Fresh && IsWithin(other.HeardAt, Lease, now) && group < other.Last.GroupCount && other.Last.Groups[group].Vote == vote;

    private static bool IsWithin(Instant? at, TimeSpan span, Instant now) => at is { } then && now - then < span;
}
