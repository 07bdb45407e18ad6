using System.Buffers.Binary;
using System.Numerics;

namespace Appliance.Core.Replica.Disk;

/// <summary>CRC32C (Castagnoli, as iSCSI and ext4 use it) of a block of metadata; the four bytes that hold it count as zeroes.</summary>
internal static class BlockChecksum
{
    /// <summary>The checksum of a block that keeps it at <paramref name="at"/>.</summary>
    public static uint Of(ReadOnlySpan<byte> block, int at)
    {
        var crc = Add(uint.MaxValue, block[..at]);
        crc = BitOperations.Crc32C(crc, 0u);
        return ~Add(crc, block[(at + 4)..]);
    }

    /// <summary>Computes it and writes it there.</summary>
    public static void Write(Span<byte> block, int at) => BinaryPrimitives.WriteUInt32LittleEndian(block[at..], Of(block, at));

    /// <summary>Null, or what is wrong with it.</summary>
    public static string? Check(ReadOnlySpan<byte> block, int at)
    {
        var (found, said) = (Of(block, at), BinaryPrimitives.ReadUInt32LittleEndian(block[at..]));
        return found == said ? null : $"its checksum is {found:x8}, it says {said:x8}: torn or damaged";
    }

    private static uint Add(uint crc, ReadOnlySpan<byte> bytes)
    {
        for (; bytes.Length >= 8; bytes = bytes[8..]) crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (var value in bytes) crc = BitOperations.Crc32C(crc, value);
        return crc;
    }
}
