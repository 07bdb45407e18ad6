using System.Text.Json.Serialization;
using Appliance.Agent.Lines;
using Appliance.Core.Cluster;
using Appliance.Core.Replica;
using Appliance.Core.Resources;
using Appliance.Core.Layers;
using Appliance.Drivers.Probes.Asterisk;

namespace Appliance.Agent.Status;

/// <summary>One group on both nodes. What is said of the peer is null while the peer is not heard.</summary>
/// <param name="Name">Name in the file.</param>
/// <param name="Role">This node's role.</param>
/// <param name="PeerRole">The peer's role.</param>
/// <param name="SinceMs">Milliseconds since this node's role changed.</param>
/// <param name="Vote">This node's durable vote.</param>
/// <param name="PeerVote">The peer's.</param>
/// <param name="Preferred">Name of the preferred node; null: any.</param>
/// <param name="Failback">As in the file: never, after 30m, when-synced, daily 03:00-04:00.</param>
/// <param name="Fit">This node could serve it now.</param>
/// <param name="FitReasons">Why not, in words; empty when fit.</param>
/// <param name="PeerFit">The peer could serve it now.</param>
/// <param name="Wish">What this node asks of the peer.</param>
/// <param name="PeerWish">What the peer asks of this node.</param>
/// <param name="Data">This node's copy of the data.</param>
/// <param name="PeerData">The peer's.</param>
/// <param name="Condition">How its resources stand on this node, taken together.</param>
/// <param name="Why">Why it is where it is, or what is waited for.</param>
/// <param name="Resources">On this node, in file order.</param>
public sealed record GroupStatus(
    string Name,
    Role Role,
    Role? PeerRole,
    long SinceMs,
    VoteStatus Vote,
    VoteStatus? PeerVote,
    string? Preferred,
    string Failback,
    bool Fit,
    IReadOnlyList<string> FitReasons,
    bool? PeerFit,
    Wish Wish,
    Wish? PeerWish,
    DataStanding Data,
    DataStanding? PeerData,
    GroupCondition Condition,
    string Why,
    IReadOnlyList<ResourceStatus> Resources)
{
    /// <summary>Null: the group has none.</summary>
    public GroupReplica? Replica { get; init; }

    /// <summary>Where its telephone lines are, taken together, seen from this node.</summary>
    public LineStanding Line { get; init; }

    /// <summary>The same, as the peer says it of itself.</summary>
    public LineStanding? PeerLine { get; init; }

    /// <summary>Each of them, in file order; empty: the group has none.</summary>
    public IReadOnlyList<LineView> Lines { get; init; } = [];

    /// <summary>How well this node could serve it: 0 (not at all) to 1000.</summary>
    public int Score { get; init; }

    /// <summary>The same of the other node; null: it is not heard.</summary>
    public int? PeerScore { get; init; }
}

/// <summary>The replica a group uses.</summary>
/// <param name="Name">Of its section.</param>
/// <param name="Status">Null: its process does not answer.</param>
public sealed record GroupReplica(string Name, ReplicaStatus? Status);

/// <param name="Term">Grows with every promotion.</param>
/// <param name="Node">Name of the node voted for; null: nobody yet.</param>
public sealed record VoteStatus(uint Term, string? Node);

/// <param name="Name">Name in the file.</param>
/// <param name="Type">The word in the file's type key.</param>
/// <param name="State">On this node.</param>
/// <param name="SinceMs">Milliseconds since the state changed.</param>
/// <param name="Text">Why it failed, or what is being done; empty when there is nothing to say.</param>
/// <param name="RestartsUsed">Local restarts within the window.</param>
/// <param name="RestartsMax">The budget.</param>
/// <param name="Probe">Null: none is configured.</param>
public sealed record ResourceStatus(
    string Name, string Type, ResourceState State, long SinceMs, string Text, int RestartsUsed, int RestartsMax, ProbeStatus? Probe);

/// <param name="Type">The word in the file's type key.</param>
/// <param name="Healthy">The last answer; null: not asked yet.</param>
/// <param name="Misses">Missed in a row.</param>
/// <param name="TookMs">How long the last answer took, milliseconds.</param>
/// <param name="Text">What the last answer was.</param>
public sealed record ProbeStatus(string Type, bool? Healthy, int Misses, double TookMs, string Text)
{
    /// <summary>Each layer's last answer; null: it is not asked in layers.</summary>
    public IReadOnlyList<LayerStatus>? Layers { get; init; }

    /// <summary>What Asterisk is busy with; null: not told.</summary>
    public AsteriskFacts? Facts { get; init; }

    /// <summary>The probe itself says so.</summary>
    [JsonIgnore]
    public bool Notable { get; init; }

    /// <summary>It is well, and yet people should read <see cref="Text"/>.</summary>
    [JsonIgnore]
    public bool IsNotable
    {
        get
        {
            if (Notable) return true;
            foreach (var layer in Layers ?? [])
                if (layer.State != LayerState.Answers) return true;
            return false;
        }
    }
}

/// <param name="Name">The word in the file's layers key.</param>
/// <param name="State">Unknown: it could not be asked, and that is not the service's fault.</param>
/// <param name="TookMs">How long the answer took, milliseconds.</param>
/// <param name="Text">The answer, or why there is none.</param>
public sealed record LayerStatus(string Name, LayerState State, double TookMs, string Text);
