namespace Appliance.Core.Replica.History;

/// <summary>What each side says of itself after it has proven who it is. Travels as the payload of <c>Facts</c>.</summary>
public sealed record HandshakeFacts
{
    /// <summary>0 or 1.</summary>
    public required int Node { get; init; }

    /// <summary>Of the disk; made at <c>replica create</c>. A replaced disk has another.</summary>
    public required Guid Device { get; init; }

    /// <summary>The peer's disk as we knew it; empty: never met one.</summary>
    public required Guid PeerDevice { get; init; }

    /// <summary>Of the running kernel.</summary>
    public required Guid Boot { get; init; }

    /// <summary>Of the running process.</summary>
    public required Guid Instance { get; init; }

    /// <summary>Agreed size, bytes; 0: not agreed yet.</summary>
    public required long Size { get; init; }

    /// <summary>What our disk could hold, bytes.</summary>
    public required long Capacity { get; init; }

    public required Protocol Protocol { get; init; }

    public required ReplicaRole Role { get; init; }

    public required DiskState Disk { get; init; }

    /// <summary>Fencing epoch: the term of the last promotion.</summary>
    public required ulong Term { get; init; }

    public required Generations Generations { get; init; }

    /// <summary>Blocks marked in our bitmap, hot regions included.</summary>
    public required ulong DirtyBlocks { get; init; }

    /// <summary>Was primary and did not end cleanly.</summary>
    public required bool CrashedPrimary { get; init; }

    /// <summary>Was being copied onto when it stopped.</summary>
    public required bool ResyncTarget { get; init; }

    /// <summary>An operator said that our changes are to be thrown away.</summary>
    public required bool DiscardMyData { get; init; }

    /// <summary>Became primary, or wrote, after the two last met.</summary>
    public required bool PrimarySinceSplit { get; init; }

    /// <summary>The kernel has run and the disk has been attached without a break since the two last worked together: nothing that was
    /// written but not flushed is gone. False where that is not known.</summary>
    public bool Survived { get; init; }

    /// <summary>Power failed here while the two worked together, something was under way, and they have not met since: what was answered
    /// and not flushed may be gone from this disk.</summary>
    public bool LostCache { get; init; }

    /// <summary>Of our superblock on disk; grows with every change, and while data is written. 0: no disk.</summary>
    public ulong Sequence { get; init; }

    /// <summary>The highest sequence that the peer's disk was heard to have; 0: none.</summary>
    public ulong PeerSequence { get; init; }

    public required SplitBrainPolicy AfterSplitBrain0 { get; init; }

    public required SplitBrainPolicy AfterSplitBrain1 { get; init; }

    public required SplitBrainPolicy AfterSplitBrain2 { get; init; }
}
