namespace Appliance.Core.Cluster;

/// <summary>Whether this node could serve a group, and if not, why not in words.</summary>
public static class Fitness
{
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
    private static string DataObstacle(in Situation now) => now.Group.Data switch
    {
        DataStanding.None or DataStanding.UpToDate => "",
        DataStanding.Consistent when PeerHasNothingNewer(now) => "",
        DataStanding.Consistent => "the data is Consistent, but the peer may have newer",
        var stale => $"the data is {stale}",
    };

    /// <summary>Proof that nobody writes newer data: the peer left, is fenced, is dead by evidence, or says that it neither serves nor has
    /// better.</summary>
    private static bool PeerHasNothingNewer(in Situation now)
    {
        if (now.Node.PeerFenced || now.Peer.State == PeerState.Left) return true;
        if (now.Peer.Alive) return now.Peer.Fresh && !now.PeerHolds && now.PeerFacts.Data is not DataStanding.UpToDate;
        return now.Peer.State == PeerState.Dead && now.Peer.Known && now.Group.Evidence.Answer == AddressAnswer.Nobody;
    }

    /// <summary>0 when unfit; less than 1000 when ping references are missing. Travels in the heartbeat.</summary>
    public static ushort Score(in Situation now)
    {
        if (Obstacle(now).Length > 0) return 0;
        var known = now.Node.PingsAt.Length;
        return (ushort)(known == 0 ? 1000 : 500 + (500 * now.PingsSeen / known));
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
