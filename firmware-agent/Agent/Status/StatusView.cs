using Appliance.Agent.Fences;
using Appliance.Agent.Watchdog;
using Appliance.Core.Cluster;
using Appliance.Core.Health;

namespace Appliance.Agent.Status;

/// <summary>
/// Everything <c>appliance status</c> shows, as seen from one node at one moment. The JSON form is an interface: fields are added,
/// never renamed; absent means null. docs/OPERATING.md names them.
/// </summary>
/// <param name="Format">Version of this shape: 1.</param>
/// <param name="Cluster">Name of the cluster.</param>
/// <param name="UnixMs">Wall time of the snapshot, milliseconds since 1970 UTC.</param>
/// <param name="Version">Of the agent that answers.</param>
/// <param name="Config">The files of both nodes.</param>
/// <param name="Node">This node.</param>
/// <param name="Peer">The other node, as last heard.</param>
/// <param name="Heartbeat">Timing and how well it is kept.</param>
/// <param name="Links">In file order.</param>
/// <param name="Witness">Null: none is configured.</param>
/// <param name="Groups">In file order.</param>
/// <param name="Alarms">Standing conditions that a person must look at, beyond the other fields (state file, real-time refused, …).</param>
public sealed record StatusView(
    int Format,
    string Cluster,
    long UnixMs,
    string Version,
    ConfigStatus Config,
    NodeStatus Node,
    NodeStatus Peer,
    HeartbeatStatus Heartbeat,
    IReadOnlyList<LinkStatus> Links,
    WitnessStatus? Witness,
    IReadOnlyList<GroupStatus> Groups,
    IReadOnlyList<AlarmStatus> Alarms)
{
    /// <summary>The shape this build speaks.</summary>
    public const int CurrentFormat = 1;

    /// <summary>Spans of DAHDI on this node; empty: there is no DAHDI.</summary>
    public IReadOnlyList<SpanStatus> Spans { get; init; } = [];

    /// <summary>Null: none is configured.</summary>
    public WatchdogView? Watchdog { get; init; }

    /// <summary>Null: no device can switch the other node off.</summary>
    public FenceView? Fence { get; init; }

    /// <summary>The front panel; null: none is configured.</summary>
    public PanelStatus? Panel { get; init; }

    /// <summary>What this node finds wrong with itself: 1000 is nothing, see [health].</summary>
    public int HealthScore { get; init; } = NodeHealth.ScoreMax;

    /// <summary>What that is made of.</summary>
    public IReadOnlyList<SensorReading> Sensors { get; init; } = [];

    /// <summary>The verdict over all of it: what <c>--oneline</c> says.</summary>
    public HealthVerdict Health => HealthVerdict.Of(this);
}

/// <param name="File">Path of the file in use.</param>
/// <param name="Digest">Eight hexadecimal digits over its meaning.</param>
/// <param name="PeerDigest">The peer's; null: not heard.</param>
public sealed record ConfigStatus(string File, string Digest, string? PeerDigest)
{
    /// <summary>The nodes run with different files: an alarm.</summary>
    public bool Differs => PeerDigest is not null && PeerDigest != Digest;
}

/// <param name="Name">Name in the file.</param>
/// <param name="Number">Its number on the wire.</param>
/// <param name="State">Life, seen from here; this node itself is Up.</param>
/// <param name="HeardMs">Milliseconds since it was last heard; null for this node, or never.</param>
/// <param name="Incarnation">Grows with every start of its agent; 0: never heard.</param>
/// <param name="Standby">An operator took it out of service.</param>
/// <param name="MaintenanceLeft">Seconds of maintenance left; 0: none.</param>
/// <param name="Isolated">It sees neither peer nor reference nor witness.</param>
/// <param name="Starting">It has not decided anything yet.</param>
/// <param name="PingsSeen">Ping references that answer it.</param>
/// <param name="PingsKnown">Ping references it asks.</param>
public sealed record NodeStatus(
    string Name,
    int Number,
    PeerState State,
    long? HeardMs,
    ulong Incarnation,
    bool Standby,
    long MaintenanceLeft,
    bool Isolated,
    bool Starting,
    int PingsSeen,
    int PingsKnown)
{
    /// <summary>What it says of itself is current.</summary>
    internal bool IsHeard => State is PeerState.Up or PeerState.Late;
}

/// <param name="KeepaliveMs">Pause between heartbeats.</param>
/// <param name="WarntimeMs">Silence that is news.</param>
/// <param name="DeadtimeMs">Silence that is death.</param>
/// <param name="InitdeadMs">Patience after a start.</param>
/// <param name="Realtime">The heartbeat thread runs with SCHED_FIFO and locked memory.</param>
/// <param name="LatenessMaxUs">Worst lateness of our own sending since the start, microseconds.</param>
public sealed record HeartbeatStatus(int KeepaliveMs, int WarntimeMs, int DeadtimeMs, int InitdeadMs, bool Realtime, long LatenessMaxUs);

/// <param name="Name">Name in the file.</param>
/// <param name="Type">unicast, multicast, broadcast or serial.</param>
/// <param name="Device">Interface name or device path.</param>
/// <param name="State">From hearing the peer on it.</param>
/// <param name="Reason">Why it cannot be used; empty: it can.</param>
/// <param name="HeardMs">Milliseconds since the peer was heard on it; null: never.</param>
/// <param name="PeerHears">The peer says that it hears us on this link; null: the peer is not heard.</param>
/// <param name="Sent">Frames sent since the start.</param>
/// <param name="SendErrors">Frames that could not be sent.</param>
/// <param name="Received">Frames accepted.</param>
/// <param name="Rejected">Frames refused, by reason; reasons that never happened are left out.</param>
public sealed record LinkStatus(
    string Name,
    string Type,
    string Device,
    LinkState State,
    string Reason,
    long? HeardMs,
    bool? PeerHears,
    long Sent,
    long SendErrors,
    long Received,
    IReadOnlyDictionary<string, long> Rejected);

/// <param name="Address">Address and port.</param>
/// <param name="Heard">It answers.</param>
/// <param name="HeardMs">Milliseconds since its last answer; null: never.</param>
/// <param name="HearsPeer">It says that it hears the other node; null: it does not answer.</param>
public sealed record WitnessStatus(string Address, bool Heard, long? HeardMs, bool? HearsPeer);

/// <param name="Critical">Service is at risk, not only redundancy.</param>
/// <param name="Text">What, where, expected, found, what to do.</param>
public sealed record AlarmStatus(bool Critical, string Text);
