using System.CommandLine;

namespace Appliance.Agent.Commands.Replica;

/// <summary><c>appliance replica …</c>: everything about a replicated block device. One file a command.</summary>
public static class ReplicaCommand
{
    public static Command Create()
    {
        var command = new Command("replica", "Shows and orders the replicated block devices.");
        foreach (var child in All()) command.Subcommands.Add(child);
        return command;
    }

    private static Command[] All() =>
    [
        ReplicaMetadataCommands.Create(),
        ReplicaMetadataCommands.Grow(),
        ReplicaMetadataCommands.Dump(),
        ReplicaStatusCommand.Create(),
        ReplicaRoleCommands.Primary(),
        ReplicaRoleCommands.Secondary(),
        ReplicaOrderCommands.Connect(),
        ReplicaOrderCommands.Disconnect(),
        ReplicaOrderCommands.Invalidate(),
        ReplicaOrderCommands.Verify(),
        ReplicaOrderCommands.Resize(),
        ReplicaOrderCommands.Attach(),
        ReplicaOrderCommands.Detach(),
        ReplicaWaitCommand.Create(),
        ReplicaFenceCommand.Create(),
        ReplicaRunCommand.Create(),
        ReplicaServeCommand.Create(),
    ];
}
