using System.Buffers.Binary;

namespace Appliance.Core.Update;

/// <summary>
/// The beginning of an update file: magic 8 bytes, length of the header u32 big-endian, id of the signing key 8 bytes (zero: unsigned), the
/// header, the Ed25519 signature over all of that; then the parts, back to back, and nothing behind them. docs/UPDATE.md.
/// </summary>
/// <param name="HeaderBytes">Length of the header.</param>
/// <param name="KeyId">Of the key that signed it; empty: nobody did.</param>
public sealed record UpdateFrame(int HeaderBytes, string KeyId)
{
    /// <summary>Before the header.</summary>
    public const int FixedBytes = 20;

    public const int SignatureBytes = 64;

    /// <summary>Longest header accepted.</summary>
    public const int HeaderBytesMax = 16 << 10;

    /// <summary>Longest beginning of a file up to its parts.</summary>
    public const int BytesMax = FixedBytes + HeaderBytesMax + SignatureBytes;

    private const int KeyIdAt = 12;

    private static ReadOnlySpan<byte> Magic => "APPLUPD1"u8;

    /// <summary>What the signature covers.</summary>
    public int SignedBytes => FixedBytes + HeaderBytes;

    /// <summary>Where the first part begins.</summary>
    public int PartsAt => SignedBytes + SignatureBytes;

    /// <summary>Null and a sentence for a file that cannot be one.</summary>
    /// <param name="start">The first bytes of the file, up to <see cref="BytesMax"/>.</param>
    public static UpdateFrame? Read(ReadOnlySpan<byte> start, out string problem)
    {
        problem = "";
        if (!start.StartsWith(Magic[..Math.Min(start.Length, Magic.Length)]) || start.IsEmpty)
        {
            problem = "it is no update file: it does not begin with APPLUPD1; give the file that is named appliance-VERSION-amd64.update";
            return null;
        }

        if (start.Length < FixedBytes)
        {
            problem = Truncated(start.Length, FixedBytes);
            return null;
        }

        var header = BinaryPrimitives.ReadUInt32BigEndian(start[Magic.Length..]);
        if (header is 0 or > HeaderBytesMax)
        {
            problem = $"its header has {header} bytes, expected 1 to {HeaderBytesMax}: the file is damaged; fetch it again";
            return null;
        }

        var key = start[KeyIdAt..FixedBytes];
        var frame = new UpdateFrame((int)header, key.ContainsAnyExcept((byte)0) ? Convert.ToHexStringLower(key) : "");
        if (start.Length >= frame.PartsAt) return frame;
        problem = Truncated(start.Length, frame.PartsAt);
        return null;
    }

    /// <summary>Everything that is signed.</summary>
    /// <param name="header">The header's text.</param>
    /// <param name="keyId">8 bytes; null: it stays unsigned.</param>
    public static byte[] Write(ReadOnlySpan<byte> header, ReadOnlySpan<byte> keyId)
    {
        Invariant.Check(header.Length is > 0 and <= HeaderBytesMax);
        Invariant.Check(keyId.IsEmpty || keyId.Length == FixedBytes - KeyIdAt);
        var frame = new byte[FixedBytes + header.Length];
        Magic.CopyTo(frame);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(Magic.Length), (uint)header.Length);
        keyId.CopyTo(frame.AsSpan(KeyIdAt));
        header.CopyTo(frame.AsSpan(FixedBytes));
        return frame;
    }

    /// <summary>What is wrong with the length of the file; null: nothing.</summary>
    public string? LengthProblem(UpdateHeader header, long fileBytes)
    {
        var expected = PartsAt + header.PartsBytes;
        if (fileBytes < expected) return Truncated(fileBytes, expected);
        return fileBytes == expected ? null
            : $"it is too long: found {fileBytes} bytes, expected {expected}; something was added to it; fetch it again";
    }

    private static string Truncated(long found, long expected) =>
        $"it is truncated: found {found} bytes, expected {(found < FixedBytes ? "at least " : "")}{expected}; fetch it again";
}
