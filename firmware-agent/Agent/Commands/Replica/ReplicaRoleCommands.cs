using System.CommandLine;
using Appliance.Agent.Replica.Control;
using Appliance.Core.Cluster;
using Command = System.CommandLine.Command;

namespace Appliance.Agent.Commands.Replica;

/// <summary><c>appliance replica primary|secondary</c>. Where a group uses the replica the agent decides who is primary; these are for
/// the first start, for maintenance, and for replicas without a group.</summary>
internal static class ReplicaRoleCommands
{
    public static Command Primary()
    {
        var name = ReplicaName.Running();
        var force = new Option<bool>("--force")
        {
            Description = "Even with a new, old or half copied disk: what it holds is the truth from now on, and the peer's copy is "
                + "overwritten.",
        };
        var command = new Command("primary", "Makes a replica primary on this node.") { name, force };
        command.SetAction(line =>
        {
            var (replica, forced) = (line.GetRequiredValue(name), line.GetValue(force));
            if (!forced && Managed(line, replica) is { } group)
                return Ask.Fail(line, $"group {group} uses {replica} and the agent decides who serves: appliance switchover {group}, or "
                    + "appliance maintenance on --for 30m first");
            return ReplicaName.Order(
                line, replica, ReplicaOrderNames.Primary, forced ? new ReplicaArguments(Force: true) : null);
        });
        return command;
    }

    public static Command Secondary()
    {
        var name = ReplicaName.Running();
        var command = new Command("secondary", "Makes a replica secondary on this node; its device must not be in use.") { name };
        command.SetAction(line =>
        {
            var replica = line.GetRequiredValue(name);
            if (Managed(line, replica) is { } group)
                return Ask.Fail(line, $"group {group} uses {replica} and the agent would make it primary again: appliance standby, or "
                    + "appliance maintenance on --for 30m first");
            return ReplicaName.Order(line, replica, ReplicaOrderNames.Secondary);
        });
        return command;
    }

    /// <summary>The group that uses a replica under a running agent without maintenance; null: nobody else decides.</summary>
    private static string? Managed(ParseResult line, string replica)
    {
        if (Ask.Status(line, out _) is not { } view || view.Node.MaintenanceLeft > 0 || view.Peer.MaintenanceLeft > 0) return null;
        return view.Groups.FirstOrDefault(group => group.Replica?.Name == replica
            && (group.Role.Holds() || group.PeerRole is { } there && there.Holds()))?.Name;
    }
}
