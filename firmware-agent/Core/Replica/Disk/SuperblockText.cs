using System.Buffers.Binary;
using Appliance.Core.Replica.History;

namespace Appliance.Core.Replica.Disk;

/// <summary>
/// <see cref="Superblock"/> as a block of 4 KiB, little endian (docs/REPLICATION-FORMAT.md). Everything lies in the first 512 bytes, so
/// that a disk that writes whole sectors cannot tear it; the checksum finds every other tear. What is not understood is refused, never
/// guessed.
/// </summary>
public static class SuperblockText
{
    /// <summary>Of the format that this program writes, and the newest it reads.</summary>
    public const uint Format = 1;

    internal const ulong Magic = 0x4250_5553_524c_5041; // "APLRSUPB"
    private const int ChecksumAt = 12;
    private const int IncompatibleAt = 16;
    private static readonly SuperblockFlags KnownFlags =
        Enum.GetValues<SuperblockFlags>().Aggregate(SuperblockFlags.None, (all, flag) => all | flag);

    /// <summary>Writes all of <paramref name="block"/>, 4 KiB.</summary>
    public static void Write(Superblock superblock, Span<byte> block)
    {
        Invariant.Check(block.Length == Geometry.BlockBytes);
        block.Clear();
        var to = new SuperblockFields(block);
        to.U64(Magic);
        to.U32(Format);
        to.U32(0); // The checksum, at the end.
        to.U64(0); // Incompatible features: whoever does not know one must not touch the disk.
        to.U64(0); // Compatible features: may be ignored.
        to.U64(superblock.Sequence);
        to.Guid(superblock.Cluster);
        to.Guid(superblock.Device);
        to.Guid(superblock.PeerDevice);
        to.Guid(superblock.Boot);
        to.Guid(superblock.Instance);
        to.I64(superblock.DataBytes);
        to.I64(superblock.CapacityBytes);
        to.I64(superblock.PeerDataBytes);
        to.I64(superblock.WrittenAt);
        to.U64(superblock.Term);
        to.U64(superblock.PeerCurrent);
        to.U8((byte)superblock.Node);
        to.U8((byte)superblock.Disk);
        to.U16((ushort)superblock.RegionShift);
        to.U32((uint)superblock.Flags);
        to.U64(superblock.Generations.Current);
        to.U64(superblock.Generations.Base);
        to.Ids(superblock.Generations.History);
        to.Ids(superblock.Generations.ValidBases);
        to.U64(superblock.PeerSequence);
        BlockChecksum.Write(block, ChecksumAt);
    }

    /// <summary>A block looks as if it had been a superblock once, whole or damaged.</summary>
    public static bool IsMarked(ReadOnlySpan<byte> block) =>
        block.Length >= 8 && BinaryPrimitives.ReadUInt64LittleEndian(block) == Magic;

    /// <summary>Reads a slot; null and a reason when it is none that we can use.</summary>
    public static Superblock? Read(ReadOnlySpan<byte> block, out string problem)
    {
        problem = Doubt(block) ?? "";
        if (problem.Length > 0) return null;
        var superblock = Take(block);
        problem = Doubt(superblock) ?? "";
        return problem.Length == 0 ? superblock : null;
    }

    private static string? Doubt(ReadOnlySpan<byte> block)
    {
        if (block.Length != Geometry.BlockBytes) return $"it has {block.Length} bytes instead of {Geometry.BlockBytes}";
        if (!block.ContainsAnyExcept((byte)0)) return "it is empty";
        if (!IsMarked(block)) return "it does not begin as a superblock of a replica does";
        if (BlockChecksum.Check(block, ChecksumAt) is { } torn) return torn;
        var format = BinaryPrimitives.ReadUInt32LittleEndian(block[8..]);
        if (format > Format) return $"a newer version wrote it (format {format}, this program knows {Format}): upgrade this node";
        if (format == 0) return "its format number is 0";
        var features = BinaryPrimitives.ReadUInt64LittleEndian(block[IncompatibleAt..]);
        return features == 0 ? null : $"it needs features that this program does not have ({features:x}): upgrade this node";
    }

    private static Superblock Take(ReadOnlySpan<byte> block)
    {
        var from = new SuperblockReader(block[(IncompatibleAt + 16)..]);
        return new Superblock
        {
            Sequence = from.U64(),
            Cluster = from.Guid(),
            Device = from.Guid(),
            PeerDevice = from.Guid(),
            Boot = from.Guid(),
            Instance = from.Guid(),
            DataBytes = from.I64(),
            CapacityBytes = from.I64(),
            PeerDataBytes = from.I64(),
            WrittenAt = from.I64(),
            Term = from.U64(),
            PeerCurrent = from.U64(),
            Node = from.U8(),
            Disk = (DiskState)from.U8(),
            RegionShift = from.U16(),
            Flags = (SuperblockFlags)from.U32(),
            Generations = new Generations(from.U64(), from.U64(), from.Ids(), from.Ids()),
            PeerSequence = from.U64(),
        };
    }

    /// <summary>Good checksum, bad content: our own bug, or a hand that knows CRCs. Refused all the same.</summary>
    private static string? Doubt(Superblock it)
    {
        if (it.Node is not (0 or 1)) return $"its node is {it.Node}, not 0 or 1";
        if (it.Disk is < DiskState.Diskless or > DiskState.UpToDate) return $"its disk state is {(int)it.Disk}, which is none";
        if ((it.Flags & ~KnownFlags) != 0) return $"it has flags that this program does not know ({it.Flags & ~KnownFlags:x})";
        if (it.CapacityBytes is < 0 or > RegionSize.BytesMax || it.CapacityBytes % Geometry.BlockBytes != 0)
            return $"its capacity is {it.CapacityBytes} bytes, which cannot be";
        if (it.DataBytes < 0 || it.DataBytes > it.CapacityBytes || it.DataBytes % Geometry.SectorBytes != 0)
            return $"its size is {it.DataBytes} bytes, at a capacity of {it.CapacityBytes}";
        if (it.PeerDataBytes < 0) return $"the peer's size is {it.PeerDataBytes} bytes";
        return RegionSize.IsUsable(it.RegionShift, it.CapacityBytes)
            ? null
            : $"its regions of 2^{it.RegionShift} bytes do not fit a capacity of {it.CapacityBytes} bytes";
    }
}
