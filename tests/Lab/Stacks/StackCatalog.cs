using Appliance.Lab.Host;
using Appliance.Lab.Setup;

namespace Appliance.Lab.Stacks;

/// <summary>All stacks by name.</summary>
public static class StackCatalog
{
    /// <summary>The stack an "up" or a measurement shall run: --stack NAME and, for ours, --binary PATH.</summary>
    public static IClusterStack FromOptions(Arguments arguments) =>
        Parse(arguments.Option("--stack") ?? "appliance", arguments.Option("--binary"));

    /// <summary>The stack with this name.</summary>
    public static IClusterStack Parse(string name, string? binary) => name switch
    {
        "appliance" => new ApplianceStack(binary ?? $"{RootFileSystem.Repository}/out/agent/appliance"),
        "heartbeat" => HeartbeatStack.AsPublished,
        "heartbeat-fast" => HeartbeatStack.Fastest,
        "pacemaker" => PacemakerStack.AsPublished,
        "pacemaker-fast" => PacemakerStack.Fastest,
        _ => throw new LabException(
            $"there is no stack \"{name}\"; there are appliance, heartbeat, heartbeat-fast, pacemaker and pacemaker-fast"),
    };
}
