using System.Collections.Immutable;
using Appliance.Core.Health;

namespace Appliance.Core.Cluster;

/// <summary>Whether this node could serve a group, and if not, why not in words.</summary>
public static class Fitness
{
    /// <summary>Less than all ping references are worth, so that a node that sees none of them is not preferred.</summary>
    private const int LinesBroken = 250;

    /// <summary>Empty when the node could take the group now; else the first reason why not.</summary>
    public static string Obstacle(in Situation now)
    {
        var node = now.Node;
        if (node.StorageProblem.Length > 0) return $"the state cannot be kept: {node.StorageProblem}";
        if (node.Stopping) return "the agent is stopping";
        if (node.Standby) return "the node is in standby (appliance online ends it)";
        if (now.Group.FailedUntil is not null) return $"it failed here: {now.Group.FailedWhy}";
        if (now.Isolated) return "the node is cut off: neither peer nor any reference answers";
        return DataObstacle(now);
    }

    /// <summary>Rule 4: a stale replica never serves.</summary>
    internal static string DataObstacle(in Situation now) => now.Group.Data switch
    {
        var good when good.IsGood() => "",
        DataStanding.Consistent when now.Group.Replica.PeerNewer => $"{now.Node.PeerName} wrote without this node: the copy here is old",
        DataStanding.Consistent when PeerHasNothingNewer(now) => "",
        DataStanding.Consistent when Left(now) is var left && left > TimeSpan.Zero && !now.PeerHolds =>
            $"the data is Consistent; waiting for {now.Node.PeerName} to compare (wait-for-peer, {left.TotalSeconds:0} s left)",
        DataStanding.Consistent => "the data is Consistent, but the peer may have newer",
        DataStanding.Unknown => "the replica's process does not say how the data stands",
        var stale => $"the data is {stale}",
    };

    /// <summary>Proof that nobody writes newer data: the peer left, is fenced, is dead by evidence, or says that it neither serves nor has
    /// better.</summary>
    private static bool PeerHasNothingNewer(in Situation now)
    {
        if (now.Peer.Alive) return now.Peer.Fresh && !now.PeerHolds && IsWorse(now);
        if (!MayCompare(now)) return false;
        if (now.Node.PeerFenced || now.Peer.State == PeerState.Left) return true;
        return now.Peer.State == PeerState.Dead
            && (now.Group.Evidence.Answer == AddressAnswer.Nobody || (now.Group.Replica.Configured && !now.HasAddress));
    }

    /// <summary>A living peer that is not in sync with us either: the older of two copies must not be served because its node is
    /// quicker.</summary>
    private static bool IsWorse(in Situation now) => now.PeerFacts.Data switch
    {
        DataStanding.UpToDate or DataStanding.Alone => false,
        DataStanding.Outdated or DataStanding.Inconsistent => true,
        _ => Left(now) <= TimeSpan.Zero,
    };

    /// <summary>The peer's death or departure says something about our data only if both copies were alike before it; else the peer is
    /// waited for.</summary>
    private static bool MayCompare(in Situation now) => now.Group.Replica.Configured
        ? now.Group.Replica.WasInSync || Left(now) <= TimeSpan.Zero
        : now.Node.PeerFenced || now.Peer.Known;

    /// <summary>What is left of wait-for-peer.</summary>
    private static TimeSpan Left(in Situation now) => now.Node.StartedAt + now.Group.Replica.WaitForPeer - now.Now;

    /// <summary>0 when unfit; less than 1000 when ping references are missing, less again when hardware of this node that brings the
    /// telephone lines is broken: calls by other ways still work here; all of it times the node's health. Travels in the
    /// heartbeat.</summary>
    public static ushort Score(in Situation now)
    {
        if (Obstacle(now).Length > 0) return 0;
        var (node, known) = (now.Node, now.Node.PingsAt.Length);
        var seen = known == 0 ? 1000 : 500 + (500 * now.PingsSeen / known);
        var whole = now.Group.LineBroken ? seen - LinesBroken : seen;
        return (ushort)Math.Max(1, whole * node.Health.Score / NodeHealth.ScoreMax);
    }

    /// <summary>Why the score of a node that could serve is less than 1000; empty: it is not.</summary>
    public static ImmutableArray<string> Lessens(in Situation now)
    {
        var reasons = ImmutableArray.CreateBuilder<string>();
        var (seen, known) = (now.PingsSeen, now.Node.PingsAt.Length);
        if (seen < known) reasons.Add($"it sees {seen} of {known} ping references");
        if (now.Group.LineBroken) reasons.Add($"its hardware for the telephone lines does not work: {now.Group.LineWhy}");
        reasons.AddRange(now.Node.Health.Reasons);
        return reasons.ToImmutable();
    }

    /// <summary>Neither node serves and both could be asked: is it our turn? Both nodes compute the same from the same facts.</summary>
    public static bool OurTurn(in Situation now)
    {
        var ours = Obstacle(now).Length == 0;
        var theirs = now.PeerFacts.Fit;
        if (ours != theirs) return ours;
        if (now.Config.Preferred >= 0) return now.Config.Preferred == now.Me;
        var (mine, other) = (Score(now), now.PeerFacts.Score);
        if (mine != other) return mine > other;
        var last = now.Group.Vote > now.PeerFacts.Vote ? now.Group.Vote : now.PeerFacts.Vote;
        return last.Node <= 1 ? last.Node == now.Me : now.Me == 0;
    }
}
