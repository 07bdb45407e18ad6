using Appliance.Core.Replica.History;

namespace Appliance.Core.Replica.Disk;

[Flags]
public enum SuperblockFlags : uint
{
    None = 0,

    /// <summary>Everything was flushed and no region is in doubt.</summary>
    Clean = 1,

    /// <summary>Was primary when this was written. Found at attach, it means: crashed.</summary>
    Primary = 2,

    /// <summary>The whole disk has to be copied from the peer.</summary>
    FullSync = 4,

    /// <summary>The peer is known to have older data than we.</summary>
    PeerOutdated = 8,

    /// <summary>We have met the peer.</summary>
    PeerSeen = 16,

    /// <summary>Being copied onto: neither old nor new.</summary>
    ResyncTarget = 32,

    /// <summary>Connected when this was written.</summary>
    Connected = 64,

    /// <summary>Power failed while both worked together and regions were hot: what was not flushed may be gone here, and the peer may
    /// have it. Until the two have met.</summary>
    LostCache = 128,

    /// <summary>Protocols A and B: stopped as primary without its peer, which may lack answered writes. Until the two have met.</summary>
    Ahead = 256,
}

/// <summary>What one block at the end of the disk says. Two slots are written by turns; the valid one with the higher sequence counts.
/// The codec and the places are in <c>SuperblockText</c> and <see cref="MetadataLayout"/>.</summary>
public sealed record Superblock
{
    /// <summary>Grows with every write. The engine counts up in the copy it owns: a write each few seconds must not allocate.</summary>
    public required ulong Sequence { get; set; }

    /// <summary>Of the pair: first 16 bytes of SHA-256 over the cluster's name and the replica's.</summary>
    public required Guid Cluster { get; init; }

    public required Guid Device { get; init; }

    public required int Node { get; init; }

    /// <summary>Bytes that users see; agreed with the peer.</summary>
    public required long DataBytes { get; init; }

    /// <summary>Bytes that there could be.</summary>
    public required long CapacityBytes { get; init; }

    /// <summary>log2 of the bytes that one bit of the intent map stands for.</summary>
    public required int RegionShift { get; init; }

    public required DiskState Disk { get; init; }

    public required SuperblockFlags Flags { get; init; }

    public required Generations Generations { get; init; }

    public required ulong Term { get; init; }

    public required Guid PeerDevice { get; init; }

    public required ulong PeerCurrent { get; init; }

    public required long PeerDataBytes { get; init; }

    /// <summary>Sequence of the peer's superblock when it was last heard of; 0: never.</summary>
    public ulong PeerSequence { get; set; }

    /// <summary>Of the kernel and the process that wrote it.</summary>
    public required Guid Boot { get; init; }

    public required Guid Instance { get; init; }

    /// <summary>Seconds since 1970, for people only.</summary>
    public required long WrittenAt { get; set; }
}
