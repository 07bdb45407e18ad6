using Appliance.Agent.Status;
using Appliance.Core.Cluster;

namespace Appliance.Agent.Update.Pair;

/// <summary>Whether either node could go on alone, as the agent of this one sees it.</summary>
internal static class PairGap
{
    /// <summary>Why not; empty: redundancy is complete.</summary>
    public static string Of(StatusView? view)
    {
        if (view is null) return "the agent of this node does not answer";
        if (view.Node.Starting) return $"{view.Node.Name} has not decided anything yet";
        if (view.Peer.State != PeerState.Up) return $"{view.Peer.Name} is {Words.Of(view.Peer.State)}";
        if (view.Peer.Starting) return $"{view.Peer.Name} has not decided anything yet";
        foreach (var node in new[] { view.Node, view.Peer })
        {
            if (node.Standby) return $"{node.Name} is in standby (appliance online ends it)";
            if (node.MaintenanceLeft > 0) return $"{node.Name} is in maintenance (appliance maintenance off)";
            if (node.Isolated) return $"{node.Name} is cut off";
        }

        if (view.Config.Differs) return $"the configuration of {view.Peer.Name} differs from ours";
        foreach (var group in view.Groups)
            if (Of(view, group) is { Length: > 0 } gap) return gap;
        return "";
    }

    private static string Of(StatusView view, GroupStatus group)
    {
        if ((group.Role == Role.Active) == (group.PeerRole == Role.Active))
            return $"{group.Name} is {group.Role} on {view.Node.Name} and {group.PeerRole} on {view.Peer.Name}";
        if (group.Role == Role.Active && group.PeerFit != true) return $"{view.Peer.Name} cannot take {group.Name} now";
        if (group.Role != Role.Active && !group.Fit)
            return $"{view.Node.Name} cannot take {group.Name} now: {string.Join(", ", group.FitReasons)}";
        if (!IsWhole(group.Data)) return $"the data of {group.Name} on {view.Node.Name} is {group.Data}";
        return group.PeerData is { } data && IsWhole(data) ? "" : $"the data of {group.Name} on {view.Peer.Name} is {group.PeerData}";
    }

    private static bool IsWhole(DataStanding data) => data is DataStanding.None or DataStanding.UpToDate;

    /// <summary>A group is held by this node, or by the other one.</summary>
    public static bool Serves(StatusView view, bool here)
    {
        foreach (var group in view.Groups)
            if (here ? group.Role.Holds() : group.PeerRole?.Holds() == true) return true;
        return false;
    }
}
