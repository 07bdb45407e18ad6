using Appliance.Core.Replica;

namespace Appliance.Drivers.Drbd;

/// <summary>What DRBD says of one resource, whatever its version.</summary>
/// <param name="Connection">In the words of 8.4, which the rest of us uses.</param>
public sealed record DrbdStatus(
    string Resource, ConnectionState Connection, ReplicaRole Role, ReplicaRole PeerRole, DiskState Disk, DiskState PeerDisk)
{
    public long SizeKiB { get; init; }

    public long OutOfSyncKiB { get; init; }

    public long SentKiB { get; init; }

    public long ReceivedKiB { get; init; }

    public long WrittenKiB { get; init; }

    public long ReadKiB { get; init; }

    public long ActivityLogWrites { get; init; }

    public long BitmapWrites { get; init; }

    public int LocalPending { get; init; }

    public int PeerPending { get; init; }

    public int Unacknowledged { get; init; }

    public int FrontPending { get; init; }

    /// <summary>Users' requests wait.</summary>
    public bool Suspended { get; init; }

    /// <summary>Of a resync or verify, 0 to 1; null: none runs.</summary>
    public double? DoneFraction { get; init; }

    public long KiBPerSecond { get; init; }

    /// <summary>-1: unknown.</summary>
    public long SecondsLeft { get; init; } = -1;
}
