namespace Appliance.Core.Replica;

public enum BlockKind : byte
{
    Read,
    Write,

    /// <summary>Everything that was answered before is on stable storage of every copy that counts as UpToDate.</summary>
    Flush,

    /// <summary>No longer needed; reads as zeroes afterwards, on both nodes.</summary>
    Discard,

    /// <summary>Reads as zeroes afterwards; no data travels.</summary>
    WriteZeroes,
}

/// <summary>What a front end asks of a replica.</summary>
/// <param name="Tag">The front end's own number; the answer carries it.</param>
/// <param name="Offset">Bytes, a multiple of <see cref="Geometry.SectorBytes"/>.</param>
/// <param name="Length">Bytes, a multiple of <see cref="Geometry.SectorBytes"/>. Read and Write: at most
/// <see cref="BlockBuffers.SlotBytes"/>. Discard and WriteZeroes: at most <see cref="Geometry.ZeroBytesMax"/>. Flush: 0.</param>
/// <param name="Buffer">Slot with the data (Write), or to be filled (Read); else <see cref="BlockBuffers.None"/>. The engine has a share
/// of its own until it answers.</param>
/// <param name="ForceUnitAccess">Answer only when it is on stable storage.</param>
public readonly record struct BlockRequest(uint Tag, BlockKind Kind, long Offset, int Length, int Buffer, bool ForceUnitAccess);

/// <summary>Sizes that both nodes and every layer agree on.</summary>
public static class Geometry
{
    public const int SectorBytes = 512;

    /// <summary>What one bit of the bitmap stands for, and the unit of metadata.</summary>
    public const int BlockBytes = 4096;

    /// <summary>Smallest region of the intent map.</summary>
    public const int RegionBytesMin = 4 << 20;

    /// <summary>Regions that fit into the one block of the intent map.</summary>
    public const int RegionsMax = 32000;

    /// <summary>Largest Discard or WriteZeroes, bytes.</summary>
    public const int ZeroBytesMax = 32 << 20;
}
