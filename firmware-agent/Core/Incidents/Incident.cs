using System.Text.Json.Serialization;

namespace Appliance.Core.Incidents;

/// <summary>Where a record stands.</summary>
[JsonConverter(typeof(EnumWord<IncidentStage>))]
public enum IncidentStage
{
    /// <summary>Redundancy is not complete yet.</summary>
    Open,

    /// <summary>Both nodes stand by for each other again.</summary>
    Closed,

    /// <summary>The bound passed before redundancy was complete.</summary>
    Bounded,
}

/// <summary>One step of an incident.</summary>
/// <param name="Name">What had been reached at its end, in words: one of <see cref="IncidentMarks"/>.</param>
/// <param name="Group">Of which group.</param>
/// <param name="Node">On which node.</param>
/// <param name="AtMs">Its end, milliseconds since the incident's zero.</param>
/// <param name="DurationMs">Since the end of the phase before; 0 for the first.</param>
/// <param name="ErrorMs">Of the duration: 0 within one node, else the clocks' error; null: by wall clocks that nobody checked.</param>
public sealed record IncidentPhase(string Name, string Group, string Node, long AtMs, long DurationMs, long? ErrorMs);

/// <summary>What happened to one group, and what its users noticed.</summary>
/// <param name="Name">Of the group.</param>
/// <param name="From">Node that served before; null: none that is known.</param>
/// <param name="To">Node that serves after; null: none yet.</param>
/// <param name="Noticed">"nothing", or what, as a sentence.</param>
/// <param name="SilenceFromMs">Last moment it served, milliseconds since zero; null: no silence, or its begin is unknown.</param>
/// <param name="SilenceToMs">First moment it served again; null: no silence, or it does not serve yet.</param>
/// <param name="SilenceMs">Between the two; 0: no silence; null: not known.</param>
/// <param name="SilenceErrorMs">Of that; null: not known.</param>
/// <param name="CallsLost">Null: not known.</param>
public sealed record IncidentGroup(
    string Name, string? From, string? To, string Noticed, long? SilenceFromMs, long? SilenceToMs, long? SilenceMs, long? SilenceErrorMs,
    int? CallsLost);

/// <summary>What is kept of an incident: a value, and the JSON of <c>appliance incidents --json</c>. Fields are added, never
/// renamed.</summary>
/// <param name="Format">Version of this shape: 1.</param>
/// <param name="Id">Names the record on the node that keeps it: UTC date and time of its zero.</param>
/// <param name="Cluster">Name of the cluster.</param>
/// <param name="Node">Node that keeps this record; its boot clock is the one clock.</param>
/// <param name="Peer">The other node.</param>
/// <param name="Stage">Where it stands.</param>
/// <param name="ZeroUnixMs">Wall time of zero, when the first trouble was seen here; milliseconds since 1970 UTC.</param>
/// <param name="ZeroBootMs">The same on the boot clock of the node that keeps it.</param>
/// <param name="Boot">Which boot that clock belongs to.</param>
/// <param name="EndMs">End, milliseconds since zero; null: open.</param>
/// <param name="EndWords">Why it ended then, as a sentence.</param>
/// <param name="Planned">Somebody ordered it.</param>
/// <param name="Cause">As a sentence; what is unknown is said as unknown.</param>
/// <param name="Also">Later faults and orders within it.</param>
/// <param name="ClockErrorMs">How well the two clocks are known to each other, milliseconds; null: not by heartbeats.</param>
/// <param name="PeerHalf">Whether the peer's events are in it, as a sentence.</param>
/// <param name="PeerComplete">The peer told all it has, after the end.</param>
/// <param name="LeftOut">Events that the bound kept out.</param>
/// <param name="Groups">The groups that were touched.</param>
/// <param name="Phases">In time order, group by group.</param>
/// <param name="Events">Of both nodes, in time order.</param>
public sealed record Incident(
    int Format, string Id, string Cluster, string Node, string Peer, IncidentStage Stage, long ZeroUnixMs, long ZeroBootMs, string Boot,
    long? EndMs, string EndWords, bool Planned, string Cause, IReadOnlyList<string> Also, long? ClockErrorMs, string PeerHalf,
    bool PeerComplete, int LeftOut, IReadOnlyList<IncidentGroup> Groups, IReadOnlyList<IncidentPhase> Phases,
    IReadOnlyList<IncidentEntry> Events)
{
    /// <summary>The shape this build writes.</summary>
    public const int CurrentFormat = 1;

    /// <summary>Events of one node that a record keeps: the first ones and the last ones.</summary>
    public const int EventsMax = 400;

    /// <summary>All fields that a file of another time might lack are there.</summary>
    public bool IsWhole() => Format == CurrentFormat && Id is { Length: > 0 } && Node is not null && Peer is not null && Cause is not null
        && Cluster is not null && Boot is not null && EndWords is not null && PeerHalf is not null && Also is not null && Groups is not null
        && Phases is not null && Events is not null;

    /// <summary>The same without its events and phases: a line of a list.</summary>
    public Incident Brief() => this with { Phases = [], Events = [] };
}

/// <summary>The names of phases: what had been reached at the end of each.</summary>
public static class IncidentMarks
{
    /// <summary>The last heartbeat of a node that then fell silent.</summary>
    public const string LastSign = "last sign of life";

    /// <summary>The first event that tells of the trouble, or the order.</summary>
    public const string Noticed = "noticed";

    /// <summary>The LAN said whether the service address still answers.</summary>
    public const string Asked = "address asked";

    /// <summary>A role changed, or a restart began, because of it.</summary>
    public const string Decided = "decided";

    /// <summary>A device confirmed that the silent node is off.</summary>
    public const string Fenced = "fenced";

    /// <summary>The node that served has stopped everything.</summary>
    public const string Released = "released";

    /// <summary>The replica is primary on the node that takes over.</summary>
    public const string DiskPrimary = "disk primary";

    /// <summary>The service addresses are there.</summary>
    public const string AddressMoved = "address moved";

    /// <summary>The last service runs and answered its probe.</summary>
    public const string ServicesStarted = "services started";

    /// <summary>The telephone lines are there.</summary>
    public const string LineSteered = "line steered";

    /// <summary>The group serves.</summary>
    public const string Serving = "serving";
}
