using Appliance.Core.Cluster;

namespace Appliance.Core.LinuxHa;

/// <summary>Who holds what while no standby is under way: after the start, when the other node dies, leaves, or holds the same.</summary>
internal static class Claims
{
    /// <summary>A node that has just become stable says in a moment what it takes.</summary>
    private static readonly TimeSpan VacantBound = TimeSpan.FromSeconds(2);

    /// <summary>A Heartbeat that finds itself in this state restarts itself within two seconds and says so.</summary>
    private static readonly TimeSpan OverlapBound = TimeSpan.FromSeconds(4);

    /// <summary>While starting: what the other node says decides; its silence or 10 s do, too.</summary>
    public static void Learn(HaTurn turn)
    {
        var peer = turn.Peer;
        var isOver = turn.Now - turn.Node.PhaseSince >= HaMachine.StartingBound;
        if (!peer.IsGone && !(peer.IsStable && peer.Holding is not null) && !isOver) return;
        var theirs = peer.IsGone ? Holding.None : peer.Holding ?? Holding.None;
        var lost = turn.Node.Ours & theirs;
        var why = lost != Holding.None ? $"{turn.PeerName} took the groups while this node's agent was away"
            : turn.Node.Ours != Holding.None ? "the agent was restarted and takes back what it ran" : turn.Node.Why;
        turn.Hold(turn.Node.Ours & ~theirs, why);
        if (!peer.IsGone && !theirs.Meets(Holding.Local) && MayTake(turn, Holding.Local))
            turn.Hold(turn.Node.Ours | Holding.Local, "both nodes have started: this one takes the groups that prefer it");
        turn.Become(HaPhase.Stable);
        turn.SayHolding();
    }

    /// <summary>While stable and not in a standby.</summary>
    public static void Settle(HaTurn turn)
    {
        if (turn.Node is not { Phase: HaPhase.Stable, Handshake: null }) return;
        if (Withdraws(turn)) return;
        if (turn.Node.Standing.Maintenance) return;
        if (turn.Peer.IsGone) TakeAll(turn);
        else if (!turn.Peer.IsLeaving)
        {
            SettleOverlap(turn);
            TakeVacant(turn);
        }
    }

    /// <summary>Nobody is there to take them, and this node must not keep them.</summary>
    private static bool Withdraws(HaTurn turn)
    {
        var standing = turn.Node.Standing;
        if (!turn.Peer.IsGone || !(standing.Standby || standing.Isolated) || !turn.Node.IsFollowed) return false;
        if (turn.Node.Ours == Holding.None) return true;
        turn.Hold(Holding.None, standing.Standby ? "standby was ordered, and the other node is not there"
            : "cut off: neither the other node nor any reference answers");
        turn.SayHolding();
        return true;
    }

    private static void TakeAll(HaTurn turn)
    {
        var more = turn.Node.Standing.Where(one => one.IsFit) & ~turn.Node.Ours;
        if (more == Holding.None || !turn.Node.IsFollowed) return;
        var peer = turn.Peer;
        turn.Hold(turn.Node.Ours | more, peer.HasLeft ? $"{turn.PeerName} has stopped its groups and left"
            : peer.HeardAt is null ? $"{turn.PeerName} was not heard within initdead"
            : $"{turn.PeerName} is dead: silent on all links for {peer.Deadtime.TotalMilliseconds:0} ms");
        turn.SayHolding();
    }

    private static void SettleOverlap(HaTurn turn)
    {
        var both = turn.Node.Ours & (turn.Peer.Holding ?? Holding.None);
        if (both == Holding.None)
        {
            if (turn.Node.OverlapSince is not null) turn.Node = turn.Node with { OverlapSince = null };
            return;
        }

        if (turn.Node.OverlapSince is not { } since)
        {
            turn.Node = turn.Node with { OverlapSince = turn.Now };
            turn.Tell(ReportKind.Alarm, $"both nodes hold {turn.Words(both)}: {turn.PeerName} says so, and they are held here");
            return;
        }

        if (turn.Now - since < OverlapBound || (turn.Peer.IsAppliance && turn.Node.Settings.IsFirst)) return;
        turn.Hold(turn.Node.Ours & ~both, $"{turn.PeerName} holds the same groups: they are never served twice");
        turn.SayHolding();
    }

    /// <summary>A node takes what prefers it and nobody has; what prefers the other one is the other one's.</summary>
    private static void TakeVacant(HaTurn turn)
    {
        var node = turn.Node;
        var isVacant = turn.Peer.IsReady && !node.Ours.Has(Holding.Local) && !turn.Peer.Claims(Holding.Local)
            && MayTake(turn, Holding.Local);
        if (!isVacant)
        {
            if (node.VacantSince is not null) turn.Node = node with { VacantSince = null };
            return;
        }

        if (node.VacantSince is not { } since) turn.Node = node with { VacantSince = turn.Now };
        else if (turn.Now - since >= VacantBound)
        {
            turn.Hold(node.Ours | Holding.Local, "nobody holds the groups that prefer this node");
            turn.SayHolding();
        }
    }

    /// <summary>The groups of the class could start here now, and nothing forbids it.</summary>
    internal static bool MayTake(HaTurn turn, Holding holding)
    {
        var standing = turn.Node.Standing;
        return standing is { Standby: false, Maintenance: false, Stopping: false, Serial: > 0 } && standing.All(holding, one => one.IsFit);
    }
}
