using Appliance.Core.Replica;

namespace Appliance.Drivers.Drbd;

/// <summary>DRBD's words, old and new, as ours.</summary>
internal static class DrbdWords
{
    public static ReplicaRole Role(string? word) => word switch
    {
        "Primary" => ReplicaRole.Primary,
        "Secondary" => ReplicaRole.Secondary,
        _ => ReplicaRole.Unknown,
    };

    /// <summary>What is not understood is not good: DUnknown.</summary>
    public static DiskState Disk(string? word) => word switch
    {
        "Diskless" => DiskState.Diskless,
        "Attaching" => DiskState.Attaching,
        "Failed" or "Detaching" => DiskState.Failed,
        "Negotiating" => DiskState.Negotiating,
        "Inconsistent" => DiskState.Inconsistent,
        "Outdated" => DiskState.Outdated,
        "Consistent" => DiskState.Consistent,
        "UpToDate" => DiskState.UpToDate,
        _ => DiskState.DUnknown,
    };

    /// <summary>8.4 has one word; 9 has two, of which the second tells more once it is connected.</summary>
    public static ConnectionState Connection(string? connection, string? replication) => (connection, replication) switch
    {
        (_, "SyncSource" or "PausedSyncS" or "StartingSyncS") => ConnectionState.SyncSource,
        (_, "SyncTarget" or "PausedSyncT" or "StartingSyncT" or "WFSyncUUID") => ConnectionState.SyncTarget,
        (_, "VerifyS") => ConnectionState.VerifyS,
        (_, "VerifyT") => ConnectionState.VerifyT,
        (_, "WFBitMapS") => ConnectionState.WFBitMapS,
        (_, "WFBitMapT") => ConnectionState.WFBitMapT,
        ("Connected", _) => ConnectionState.Connected,
        ("Connecting" or "WFConnection", _) => ConnectionState.WFConnection,
        ("WFReportParams", _) => ConnectionState.WFReportParams,
        ("Unconnected", _) => ConnectionState.Unconnected,
        ("Disconnecting" or "TearDown", _) => ConnectionState.Disconnecting,
        ("Timeout", _) => ConnectionState.Timeout,
        ("BrokenPipe", _) => ConnectionState.BrokenPipe,
        ("NetworkFailure", _) => ConnectionState.NetworkFailure,
        ("ProtocolError", _) => ConnectionState.ProtocolError,
        _ => ConnectionState.StandAlone,
    };
}
