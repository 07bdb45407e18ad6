using System.Buffers.Binary;
using System.Numerics;

namespace Appliance.Core.Wire;

/// <summary>
/// Frames for a byte stream: a zero byte, the frame and its CRC-32C with zeroes stuffed away (COBS, Cheshire and Baker 1999), a zero byte.
/// The zero in front ends whatever noise came before, so noise costs at most the frame it hits.
/// </summary>
public static class SerialFramer
{
    public const int CrcSize = 4;

    /// <summary>A block of COBS: a count and up to 254 bytes without a zero.</summary>
    private const int BlockMax = 254;

    /// <summary>Room for the stuffed form of the longest frame.</summary>
    public const int StuffedMax = Limits.FrameBytesMax + CrcSize + ((Limits.FrameBytesMax + CrcSize) / BlockMax) + 1;

    /// <summary>Room for the longest frame with both delimiters.</summary>
    public const int StreamMax = StuffedMax + 2;

    /// <summary>No heartbeat is shorter between its delimiters.</summary>
    public const int StuffedMin = FrameLayout.FrameSizeMin + CrcSize + 1;

    /// <summary>Writes the framed form and returns its length.</summary>
    public static int Frame(ReadOnlySpan<byte> frame, Span<byte> stream)
    {
        Invariant.Check(frame.Length <= Limits.FrameBytesMax);
        Span<byte> plain = stackalloc byte[Limits.FrameBytesMax + CrcSize];
        frame.CopyTo(plain);
        BinaryPrimitives.WriteUInt32BigEndian(plain[frame.Length..], Crc(frame));
        stream[0] = 0;
        var length = 1 + Stuff(plain[..(frame.Length + CrcSize)], stream[1..]);
        stream[length] = 0;
        return length + 1;
    }

    /// <summary>CRC-32C (Castagnoli, RFC 3720 appendix B.4).</summary>
    public static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes) crc = BitOperations.Crc32C(crc, value);
        return ~crc;
    }

    private static int Stuff(ReadOnlySpan<byte> plain, Span<byte> stuffed)
    {
        var (mark, next) = (0, 1);
        foreach (var value in plain)
        {
            if (value != 0) stuffed[next++] = value;
            if (value != 0 && next - mark <= BlockMax) continue;
            stuffed[mark] = (byte)(next - mark);
            mark = next++;
        }

        stuffed[mark] = (byte)(next - mark);
        return next;
    }
}
