using System.Security.Cryptography;

namespace Appliance.Core.Replica.Wire;

/// <summary>Checksums of blocks (the first 16 bytes of SHA-256 each) and the mask of those that differ.</summary>
public static class BlockSums
{
    public const int SumBytes = 16;

    /// <summary>A sum for each block of <paramref name="data"/>, the last of which may be shorter. Returns the bytes written.</summary>
    public static int Write(ReadOnlySpan<byte> data, Span<byte> sums)
    {
        var length = 0;
        for (var at = 0; at < data.Length; at += Geometry.BlockBytes, length += SumBytes) Sum(Block(data, at), sums[length..]);
        return length;
    }

    /// <summary>Compares <paramref name="data"/> with the sums at the start of <paramref name="sums"/> and writes the mask over them: bit n
    /// (of byte n / 8, lowest first) is set if block n differs. Returns the bytes of the mask.</summary>
    public static int Compare(ReadOnlySpan<byte> data, Span<byte> sums, out int differ)
    {
        Span<byte> sum = stackalloc byte[SumBytes];
        Span<byte> mask = stackalloc byte[(BlockBuffers.SlotBytes / Geometry.BlockBytes) + 7 >> 3];
        mask.Clear();
        (differ, var blocks) = (0, 0);
        for (var at = 0; at < data.Length; at += Geometry.BlockBytes, blocks++)
        {
            Sum(Block(data, at), sum);
            if (sum.SequenceEqual(sums.Slice(blocks * SumBytes, SumBytes))) continue;
            mask[blocks >> 3] |= (byte)(1 << (blocks & 7));
            differ++;
        }

        var length = (blocks + 7) / 8;
        mask[..length].CopyTo(sums);
        return length;
    }

    private static ReadOnlySpan<byte> Block(ReadOnlySpan<byte> data, int at) =>
        data.Slice(at, Math.Min(Geometry.BlockBytes, data.Length - at));

    private static void Sum(ReadOnlySpan<byte> block, Span<byte> sum)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(block, digest);
        digest[..SumBytes].CopyTo(sum);
    }
}
