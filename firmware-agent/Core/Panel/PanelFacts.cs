using System.Collections.Immutable;
using Appliance.Core.Cluster;

namespace Appliance.Core.Panel;

/// <summary>One group, as far as a panel cares.</summary>
public readonly record struct PanelGroup(string Name, Role Role, Role? PeerRole);

/// <summary>What a front panel knows. Texts are for people; they may hold anything, displays clean them.</summary>
/// <param name="Node">This node's name.</param>
/// <param name="Peer">The other one's.</param>
/// <param name="PeerHeard">It is heard now.</param>
public sealed record PanelFacts(string Node, string Peer, bool PeerHeard)
{
    public bool AgentRuns { get; init; } = true;

    public ImmutableArray<PanelGroup> Groups { get; init; } = [];

    /// <summary>The node has not decided anything yet.</summary>
    public bool IsNew { get; init; }

    /// <summary>An operator took it out of service.</summary>
    public bool OutOfService { get; init; }

    /// <summary>Seconds of maintenance left; 0: none.</summary>
    public long MaintenanceLeft { get; init; }

    public bool ConfigRefused { get; init; }

    /// <summary>A group is served nowhere or twice.</summary>
    public bool ServiceLost { get; init; }

    /// <summary>Per cent of the data that are on both nodes; null: nothing is being copied.</summary>
    public int? Copied { get; init; }

    /// <summary>Lines are elsewhere or have alarms, although this node serves.</summary>
    public bool LineTrouble { get; init; }

    /// <summary>What is wrong, worst first.</summary>
    public ImmutableArray<string> Reasons { get; init; } = [];

    /// <summary>A line for each: "cable Up".</summary>
    public ImmutableArray<string> Links { get; init; } = [];

    public ImmutableArray<string> Addresses { get; init; } = [];

    /// <summary>A line for each: "1 TE4/0/1 RED".</summary>
    public ImmutableArray<string> Lines { get; init; } = [];

    public bool Serves => Groups.Any(group => group.Role == Role.Active);
}
