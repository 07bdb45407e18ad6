using System.Collections.Immutable;
using Appliance.Core.Cluster;
using Appliance.Core.Configuration;
using Appliance.Core.Time;

namespace Appliance.Core.LinuxHa;

/// <summary>Between the groups of a node and the two classes of Heartbeat: a group is local where it is preferred.</summary>
public static class HaTranslation
{
    /// <summary>The class of a group on a node.</summary>
    public static Holding ClassOf(GroupConfig group, int node) => group.Preferred == node ? Holding.Local : Holding.Foreign;

    /// <summary>What runs here since before the start of the agent.</summary>
    public static Holding Running(NodeState state)
    {
        var running = Holding.None;
        for (var number = 0; number < state.Groups.Length; number++)
            if (state.Groups[number].Adopting) running |= ClassOf(state.Config.Groups[number], state.Node);
        return running;
    }

    /// <summary>What the machine has to know of the configuration.</summary>
    public static HaSettings Settings(ApplianceConfig config, int node)
    {
        var timing = config.Heartbeat;
        return new HaSettings(
            config.Nodes[node], config.Nodes[1 - node], timing.Keepalive, timing.Warntime, timing.Deadtime, timing.Initdead,
            IsFirst: node == 0);
    }

    /// <summary>How the groups stand.</summary>
    public static HaStanding Standing(NodeState state)
    {
        var (local, foreign) = (ClassStanding.Empty, ClassStanding.Empty);
        for (var number = 0; number < state.Groups.Length; number++)
        {
            var now = new Situation(state, number, state.LastStep);
            if (ClassOf(now.Config, state.Node) == Holding.Local) local = Add(local, now);
            else foreign = Add(foreign, now);
        }

        var isolated = new Situation(state, 0, state.LastStep).Isolated && state.Config.Policy.OnIsolation == IsolationPolicy.Release;
        return new HaStanding(
            state.Pair?.Serial ?? 0, local, foreign, state.Standby, isolated, state.MaintenanceUntil is not null, state.Stopping);
    }

    /// <summary>What the groups have to follow.</summary>
    /// <param name="linksHeardAt">When the other node was last heard, by link number; null: never.</param>
    public static RuledPair View(
        HaNode node, ApplianceConfig config, int number, ImmutableArray<Instant?> linksHeardAt, Instant now) => new(
        node.Serial,
        node.IsDecided,
        [.. config.Groups.Select(group => node.Ours.Has(ClassOf(group, number)))],
        [.. config.Groups.Select(group => node.Peer.Claims(ClassOf(group, number)))],
        node.PeerStateAt(now),
        node.Peer.IsReady,
        node.Peer.IsAppliance,
        node.Peer.HeardAt,
        linksHeardAt,
        (ulong)node.Peer.Generation,
        node.Why);

    private static ClassStanding Add(ClassStanding standing, in Situation now)
    {
        var group = now.Group;
        var isNoted = now.Node.Asked.Groups.TryGetValue(group.Name, out var asked) && asked.Held;
        return new ClassStanding(
            standing.IsStopped && !group.Role.Holds() && !group.Held && !isNoted,
            standing.IsStarted && group.Role == Role.Active,
            standing.IsFit && Fitness.Obstacle(now).Length == 0,
            standing.IsFailed || group.FailedUntil is not null,
            standing.IsWished || group.Wish == Wish.Takeover);
    }
}
