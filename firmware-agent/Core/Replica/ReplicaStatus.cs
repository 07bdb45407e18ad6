namespace Appliance.Core.Replica;

/// <summary>What an operator sees. A snapshot; numbers in KiB where /proc/drbd has KiB.</summary>
public sealed record ReplicaStatus
{
    public required string Name { get; init; }

    public required int Node { get; init; }

    public required ConnectionState Connection { get; init; }

    /// <summary>Why it is StandAlone or waiting, in words; else empty.</summary>
    public required string Why { get; init; }

    public required ReplicaRole Role { get; init; }

    public required ReplicaRole PeerRole { get; init; }

    public required DiskState Disk { get; init; }

    public required DiskState PeerDisk { get; init; }

    public required Protocol Protocol { get; init; }

    /// <summary>Users' requests wait: fencing, negotiation, suspend-io, no data. Empty: they do not.</summary>
    public required string Frozen { get; init; }

    /// <summary>Primary, and writes (or may at once write) without the peer having them.</summary>
    public required bool Alone { get; init; }

    /// <summary>The peer is known to have older data than we, durably noted.</summary>
    public required bool PeerOutdated { get; init; }

    public required bool PeerSeen { get; init; }

    public required ulong Term { get; init; }

    /// <summary>Our disk never held data: created, and neither declared the truth nor begun to be copied onto.</summary>
    public bool New { get; init; }

    /// <summary>The same of the peer's, as it said at the last meeting; null: there was none in this process's life.</summary>
    public bool? PeerNew { get; init; }

    public required ulong Current { get; init; }

    public required ulong Base { get; init; }

    public required long DataBytes { get; init; }

    public required long NetSentKiB { get; init; }

    public required long NetReceivedKiB { get; init; }

    public required long DiskWrittenKiB { get; init; }

    public required long DiskReadKiB { get; init; }

    /// <summary>Writes of the intent map (DRBD's al).</summary>
    public required long IntentWrites { get; init; }

    /// <summary>Writes of bitmap pages (bm).</summary>
    public required long BitmapWrites { get; init; }

    /// <summary>Open requests to the local disk (lo).</summary>
    public required int LocalPending { get; init; }

    /// <summary>Sent to the peer and not answered (pe).</summary>
    public required int PeerPending { get; init; }

    /// <summary>Received from the peer and not answered (ua).</summary>
    public required int Unacknowledged { get; init; }

    /// <summary>Requests of users not answered (ap).</summary>
    public required int FrontPending { get; init; }

    public required long OutOfSyncKiB { get; init; }

    /// <summary>Regions that are hot.</summary>
    public required int HotRegions { get; init; }

    /// <summary>Null unless a resync or a verify runs.</summary>
    public SyncProgress? Progress { get; init; }

    /// <summary>Blocks that the last verify found to differ; -1: none was made.</summary>
    public required long VerifyDiffered { get; init; }
}

/// <param name="TotalKiB">To do when it began.</param>
/// <param name="LeftKiB">To do now.</param>
/// <param name="KiBPerSecond">Over the last seconds.</param>
/// <param name="AverageKiBPerSecond">Since it began.</param>
/// <param name="WantKiBPerSecond">What the controller allows now.</param>
/// <param name="SecondsLeft">At the present speed; -1: unknown.</param>
public sealed record SyncProgress(
    long TotalKiB, long LeftKiB, long KiBPerSecond, long AverageKiBPerSecond, long WantKiBPerSecond, long SecondsLeft);
