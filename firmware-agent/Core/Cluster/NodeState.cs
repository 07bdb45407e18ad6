using System.Collections.Immutable;
using Appliance.Core.Configuration;
using Appliance.Core.Fences;
using Appliance.Core.Health;
using Appliance.Core.Time;

namespace Appliance.Core.Cluster;

/// <summary>Everything a node knows. A value: the same state and the same event give the same next state.</summary>
public sealed record NodeState
{
    public required ApplianceConfig Config { get; init; }

    /// <summary>Own number, 0 or 1.</summary>
    public required int Node { get; init; }

    public required Instant StartedAt { get; init; }

    /// <summary>The step before this one; a longer gap than the lease means that we did not run.</summary>
    public required Instant LastStep { get; init; }

    /// <summary>Until then we were deaf: just started, or asleep.</summary>
    public required Instant DeafUntil { get; init; }

    /// <summary>Nothing shared may be touched until the peer was heard again, or deadtime has passed (rule 6).</summary>
    public required bool Revalidating { get; init; }

    public required PeerLiveness Peer { get; init; }

    /// <summary>The peer is off: a fence device said so after it was last heard.</summary>
    public bool PeerFenced { get; init; }

    /// <summary>What is under way with the devices that switch the peer off.</summary>
    public FenceState Fence { get; init; } = FenceState.None;

    /// <summary>The peer's maintenance ends then.</summary>
    public Instant? PeerMaintenanceUntil { get; init; }

    public Instant? WitnessAt { get; init; }

    public Heartbeat Witness { get; init; }

    /// <summary>Last answer by ping reference; null: never.</summary>
    public required ImmutableArray<Instant?> PingsAt { get; init; }

    /// <summary>What this node finds wrong with itself.</summary>
    public NodeHealth Health { get; init; } = NodeHealth.Unread;

    public bool Standby { get; init; }

    public Instant? MaintenanceUntil { get; init; }

    /// <summary>The agent was asked to end.</summary>
    public bool Stopping { get; init; }

    /// <summary>Leave has been said: nothing more is decided.</summary>
    public bool Left { get; init; }

    public required ImmutableArray<GroupState> Groups { get; init; }

    /// <summary>What is known to be on stable storage.</summary>
    public required DurableState OnDisk { get; init; }

    /// <summary>What was last asked to be written.</summary>
    public required DurableState Asked { get; init; }

    /// <summary>What the last write carried; becomes <see cref="OnDisk"/> when it is done.</summary>
    public required DurableState LastAsked { get; init; }

    public ulong Serial { get; init; }

    public ulong Token { get; init; }

    /// <summary>Why the state cannot be read or written; empty: it can. A node that cannot remember does not promote.</summary>
    public string StorageProblem { get; init; } = "";

    /// <summary>The state file was corrupt at start: refuse to promote until an operator removed it.</summary>
    public bool StorageCorrupt { get; init; }

    public Instant? PersistRetryAt { get; init; }

    /// <summary>What the pair has come to in Heartbeat's protocol; null: the pair speaks our own, or has not come to anything.</summary>
    public RuledPair? Pair { get; init; }

    public HeartbeatConfig Timing => Config.Heartbeat;

    public int PeerNode => 1 - Node;

    public string NodeName => Config.Nodes[Node];

    public string PeerName => Config.Nodes[PeerNode];
}
