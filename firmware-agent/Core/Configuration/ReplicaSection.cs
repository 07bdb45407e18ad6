using System.Collections.Immutable;
using Appliance.Core.Replica;

namespace Appliance.Core.Configuration;

/// <summary>Who keeps the two copies alike.</summary>
public enum ReplicaBackend : byte
{
    /// <summary><c>appliance replica run</c>.</summary>
    Own,

    /// <summary>The kernel's DRBD, driven by us.</summary>
    Drbd,
}

/// <summary>How the block device comes into being.</summary>
public enum ReplicaFront : byte
{
    /// <summary>The best that this kernel offers.</summary>
    Auto,
    Ublk,
    Nbd,
    FuseLoop,
}

/// <summary>Where a node's replica listens, or is dialled from.</summary>
/// <param name="Address">Numeric.</param>
/// <param name="Port">TCP.</param>
public sealed record ReplicaAddress(string Address, int Port);

/// <summary>What may be done without a person after both nodes wrote alone, by the number of primaries when they meet.</summary>
public sealed record AfterSplitBrain(SplitBrainPolicy None, SplitBrainPolicy One, SplitBrainPolicy Two);

/// <summary>A section <c>[replica.NAME]</c>: a block device that both nodes have.</summary>
/// <param name="Name">Of the replica; its device is <c>/dev/appliance/NAME</c>, its unit <c>appliance-replica@NAME.service</c>.</param>
/// <param name="Disk">Backing partition or file, the same path on both nodes.</param>
/// <param name="Addresses">By node index.</param>
/// <param name="Protocol">When a write is done.</param>
/// <param name="ResyncMin">Bytes a second.</param>
/// <param name="ResyncMax">Bytes a second.</param>
public sealed record ReplicaSection(
    string Name, string Disk, ImmutableArray<ReplicaAddress> Addresses, Protocol Protocol, long ResyncMin, long ResyncMax)
{
    public const string DeviceFolder = "/dev/appliance/";
    public const string InternalMetadata = "internal";

    public string Device => DeviceFolder + Name;

    public AfterSplitBrain AfterSplitBrain { get; init; } = new(default, default, default);

    /// <summary>A path, or empty: at the end of the disk.</summary>
    public string MetadataPath { get; init; } = "";

    public ReplicaBackend Backend { get; init; }

    public ReplicaFront Front { get; init; }

    /// <summary>Number of the loop device by node index, for <see cref="ReplicaFront.FuseLoop"/>; empty: any free one.</summary>
    public ImmutableArray<int> Loops { get; init; } = [];

    public Fencing Fencing { get; init; } = Fencing.ResourceOnly;

    public OnNoData OnNoData { get; init; } = OnNoData.SuspendIo;

    /// <summary>What travels between the nodes is encrypted.</summary>
    public bool Encryption { get; init; }

    /// <summary>Regions that may be hot at a time.</summary>
    public int AlExtents { get; init; } = 1237;

    public TimeSpan PeerSilence { get; init; } = TimeSpan.FromMilliseconds(1200);

    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Zero: a disk may take as long as it likes.</summary>
    public TimeSpan DiskTimeout { get; init; }

    /// <summary>How long a node that starts alone, and last knew its peer to be in sync, waits for it before it serves.</summary>
    public TimeSpan WaitForPeer { get; init; } = TimeSpan.FromMinutes(2);

    public bool VerifyRepairs { get; init; } = true;

    /// <summary>Unix socket of an NBD server for tools; empty: there is none.</summary>
    public string NbdSocket { get; init; } = "";

    /// <summary>What the engine of one node is given.</summary>
    /// <param name="node">0 or 1.</param>
    /// <param name="nodeNames">The two names, in file order.</param>
    public ReplicaConfig For(int node, ImmutableArray<string> nodeNames) =>
        new(Name, node, [.. nodeNames], Protocol, ResyncMin, ResyncMax)
        {
            AfterSplitBrain0 = AfterSplitBrain.None,
            AfterSplitBrain1 = AfterSplitBrain.One,
            AfterSplitBrain2 = AfterSplitBrain.Two,
            Fencing = Fencing,
            OnNoData = OnNoData,
            PeerSilence = PeerSilence,
            PingInterval = PeerSilence / 5,
            RequestTimeout = RequestTimeout,
            DiskTimeout = DiskTimeout,
            HotRegionsMax = AlExtents,
            VerifyRepairs = VerifyRepairs,
        };
}
