using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Appliance.Core.LinuxHa;

/// <summary>Signs messages as Heartbeat does: hexadecimal digits of a checksum or of an HMAC.</summary>
public static class HaSignature
{
    /// <summary>The longest signature: HMAC-SHA1, characters.</summary>
    public const int DigitsMax = 40;

    private const uint Polynomial = 0x04C11DB7;

    /// <summary>Writes the digits over the bytes; gives their number.</summary>
    [SuppressMessage("Security", "CA5350", Justification = "The other node is a Heartbeat: it knows nothing better")]
    [SuppressMessage("Security", "CA5351", Justification = "The other node is a Heartbeat that was set up so")]
    public static int Write(HaKey key, ReadOnlySpan<byte> signed, Span<byte> digits)
    {
        if (key.Method == HaMethod.Crc)
        {
            Invariant.Check(Utf8Formatter.TryFormat(Crc(signed), digits, out var written, new System.Buffers.StandardFormat('x')));
            return written;
        }

        Span<byte> mac = stackalloc byte[HMACSHA1.HashSizeInBytes];
        var size = key.Method == HaMethod.Md5
            ? HMACMD5.HashData(key.Secret.AsSpan(), signed, mac)
            : HMACSHA1.HashData(key.Secret.AsSpan(), signed, mac);
        for (var at = 0; at < size; at++)
            Invariant.Check(Utf8Formatter.TryFormat(mac[at], digits[(2 * at)..], out _, new System.Buffers.StandardFormat('x', 2)));
        return 2 * size;
    }

    /// <summary>True when the digits are those over the bytes. Takes the same time for any wrong digits.</summary>
    public static bool Fits(HaKey key, ReadOnlySpan<byte> signed, ReadOnlySpan<byte> digits)
    {
        Span<byte> expected = stackalloc byte[DigitsMax];
        return CryptographicOperations.FixedTimeEquals(expected[..Write(key, signed, expected)], digits);
    }

    /// <summary>The polynomial of Ethernet, highest bit first, begun with 0 and complemented at the end.</summary>
    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = 0u;
        foreach (var value in bytes)
        {
            crc ^= (uint)value << 24;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 0x80000000) != 0 ? (crc << 1) ^ Polynomial : crc << 1;
        }

        return ~crc;
    }
}
