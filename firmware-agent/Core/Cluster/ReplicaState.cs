using Appliance.Core.Replica;
using Appliance.Core.Time;

namespace Appliance.Core.Cluster;

/// <summary>What a node knows about the replicated data of a group, besides its standing.</summary>
public sealed record ReplicaState
{
    /// <summary>The group has a replica: its process has to say how the data stands.</summary>
    public required bool Configured { get; init; }

    /// <summary>How long a node that cannot know better waits for its peer, from its start.</summary>
    public required TimeSpan WaitForPeer { get; init; }

    /// <summary>This copy was in sync, or known to be the newest, since the agent started.</summary>
    public bool WasInSync { get; init; }

    /// <summary>The peer said that it writes without us, and our copy has not been in sync since.</summary>
    public bool PeerNewer { get; init; }

    /// <summary>Its process is joined with the peer's: what users write waits for both.</summary>
    public bool IsConnected { get; init; }

    /// <summary>Since when users of our primary wait for the peer to be harmless; null: they do not.</summary>
    public Instant? AskingSince { get; init; }

    /// <summary>What the replica was last told, and when: that the peer is harmless or dead, that its own data is old, to let go.</summary>
    public (ReplicaOrder Order, Instant At)? Ordered { get; init; }

    /// <summary>It was told to a person that users wait.</summary>
    public bool WaitTold { get; init; }

    /// <summary>It was told to a person that this node serves without having heard its peer.</summary>
    public bool BlindTold { get; init; }

    public static ReplicaState None { get; } = new() { Configured = false, WaitForPeer = TimeSpan.Zero };
}
