namespace Appliance.Core.Cluster;

/// <summary>What a node says about itself.</summary>
internal static class Speech
{
    /// <summary>The facts at the time of the last step.</summary>
    public static Heartbeat Facts(NodeState state)
    {
        var now = state.LastStep;
        var facts = new Heartbeat
        {
            Sender = (byte)state.Node,
            Flags = Flags(state),
            ConfigDigest = state.Config.Digest,
            MaintenanceLeft = state.MaintenanceUntil is { } until ? (uint)Math.Ceiling(Math.Max(0, (until - now).TotalSeconds)) : 0,
            PingsKnown = (byte)state.PingsAt.Length,
            GroupCount = (byte)state.Groups.Length,
        };
        for (var number = 0; number < state.Groups.Length; number++)
        {
            var situation = new Situation(state, number, now);
            facts.PingsSeen = (byte)situation.PingsSeen;
            facts.Groups[number] = GroupFacts(situation);
        }

        return facts;
    }

    private static NodeFlags Flags(NodeState state)
    {
        var flags = NodeFlags.None;
        if (state.Standby) flags |= NodeFlags.Standby;
        if (state.MaintenanceUntil is not null) flags |= NodeFlags.Maintenance;
        if (state.Peer.State == PeerState.Unknown || state.Revalidating) flags |= NodeFlags.Starting;
        if (state.Groups.Length > 0 && new Situation(state, 0, state.LastStep).Isolated) flags |= NodeFlags.Isolated;
        return flags;
    }

    private static GroupFacts GroupFacts(in Situation now)
    {
        var fit = Fitness.Obstacle(now).Length == 0 && !now.Node.Revalidating;
        return new GroupFacts(
            now.Group.Role, now.Group.Data, fit, now.Group.Vote, now.Group.Role.Holds() ? Wish.None : now.Group.Wish, Fitness.Score(now),
            now.Group.Line);
    }

    /// <summary>True when nothing changed that the peer should hear before the next keepalive.</summary>
    public static bool Same(in Heartbeat before, in Heartbeat after)
    {
        if (before.Flags != after.Flags || before.GroupCount != after.GroupCount) return false;
        for (var number = 0; number < before.GroupCount; number++)
            if (before.Groups[number] with { Score = 0 } != after.Groups[number] with { Score = 0 }) return false;
        return true;
    }
}
