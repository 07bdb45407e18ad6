using System.Buffers.Binary;

namespace Appliance.Core.Replica.Disk;

/// <summary>
/// One slot of the intent map as a block of 4 KiB, little endian (docs/REPLICATION-FORMAT.md). Bit n says that the copies may differ in
/// region n. Two slots are written by turns; the valid one with the higher sequence counts.
/// </summary>
public static class IntentText
{
    /// <summary>Bytes of bits: what the header leaves of the block.</summary>
    public const int BitsBytes = Geometry.BlockBytes - HeaderBytes;

    private const int HeaderBytes = 32;
    private const ulong Magic = 0x544e_544e_494c_5041; // "APLINTNT"
    private const int SequenceAt = 8;
    private const int ChecksumAt = 16;
    private const int ReservedAt = 20;

    /// <summary>Writes all of <paramref name="block"/>.</summary>
    /// <param name="bits"><see cref="BitsBytes"/> bytes.</param>
    /// <param name="sequence">One more than the last.</param>
    /// <param name="block">4 KiB.</param>
    public static void Write(ReadOnlySpan<byte> bits, ulong sequence, Span<byte> block)
    {
        Invariant.Check(bits.Length == BitsBytes);
        Invariant.Check(block.Length == Geometry.BlockBytes);
        block[..HeaderBytes].Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(block, Magic);
        BinaryPrimitives.WriteUInt64LittleEndian(block[SequenceAt..], sequence);
        bits.CopyTo(block[HeaderBytes..]);
        BlockChecksum.Write(block, ChecksumAt);
    }

    /// <summary>The bits of a slot; null and a reason when it is none.</summary>
    public static byte[]? Read(ReadOnlySpan<byte> block, out ulong sequence, out string problem)
    {
        sequence = 0;
        problem = "";
        if (block.Length != Geometry.BlockBytes) problem = $"it has {block.Length} bytes instead of {Geometry.BlockBytes}";
        else if (BinaryPrimitives.ReadUInt64LittleEndian(block) != Magic) problem = "it does not begin as an intent map does";
        else if (BlockChecksum.Check(block, ChecksumAt) is { } torn) problem = torn;
        else if (block[ReservedAt..HeaderBytes].ContainsAnyExcept((byte)0)) problem = "a newer version wrote it";
        if (problem.Length > 0) return null;
        sequence = BinaryPrimitives.ReadUInt64LittleEndian(block[SequenceAt..]);
        return block[HeaderBytes..].ToArray();
    }
}
