using System.Text.Json.Serialization;

namespace Appliance.Core.Replica;

/// <summary>DRBD's disk states, in DRBD's order: a comparison of two is a comparison of worth.</summary>
[JsonConverter(typeof(EnumWord<DiskState>))]
public enum DiskState : byte
{
    Diskless,
    Attaching,
    Failed,
    Negotiating,

    /// <summary>Half copied; serves nobody.</summary>
    Inconsistent,

    /// <summary>Whole, but known to be old.</summary>
    Outdated,

    /// <summary>Of the peer only: nobody told us.</summary>
    DUnknown,

    /// <summary>Was good when the peer was lost; may be old.</summary>
    Consistent,
    UpToDate,
}

[JsonConverter(typeof(EnumWord<ReplicaRole>))]
public enum ReplicaRole : byte
{
    Secondary,
    Primary,

    /// <summary>Of the peer only.</summary>
    Unknown,
}

/// <summary>DRBD 8.4's connection states, as <c>/proc/drbd</c> shows them.</summary>
[JsonConverter(typeof(EnumWord<ConnectionState>))]
public enum ConnectionState : byte
{
    /// <summary>Given up; an operator is needed.</summary>
    StandAlone,
    Disconnecting,
    Unconnected,
    Timeout,
    BrokenPipe,
    NetworkFailure,
    ProtocolError,

    /// <summary>Waiting for the peer.</summary>
    WFConnection,

    /// <summary>Authenticated, comparing histories.</summary>
    WFReportParams,
    Connected,
    WFBitMapS,
    WFBitMapT,
    SyncSource,
    SyncTarget,
    VerifyS,
    VerifyT,
}

/// <summary>When a write is done: written here and handed to the network (A), received there (B), written there (C).</summary>
[JsonConverter(typeof(EnumWord<Protocol>))]
public enum Protocol : byte
{
    A,
    B,
    C,
}
