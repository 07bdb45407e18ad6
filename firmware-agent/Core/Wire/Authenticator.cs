using System.Security.Cryptography;

namespace Appliance.Core.Wire;

/// <summary>
/// Signs and checks frames: HMAC-SHA256 over everything before the signature, its first sixteen bytes at the end. No allocation.
/// The key set may be replaced by another thread at any time; a frame is judged by one set as a whole.
/// </summary>
public sealed class Authenticator(uint cluster, KeySet keys)
{
    private volatile KeySet _keys = keys;

    /// <summary>Takes a new key set into use at once.</summary>
    public void Replace(KeySet keys) => _keys = keys;

    /// <summary>Writes the key id into the header and the signature behind <paramref name="length"/> bytes. Returns the length of the whole frame.</summary>
    public int Seal(Span<byte> frame, int length)
    {
        var key = _keys.Sending;
        frame[FrameLayout.KeyIdOffset] = key.Id;
        Sign(key, frame[..length], frame.Slice(length, FrameLayout.MacSize));
        return length + FrameLayout.MacSize;
    }

    /// <summary>Judges size, header and signature, cheapest first. On <see cref="Rejection.None"/> the content is authentic.</summary>
    public Rejection Open(ReadOnlySpan<byte> frame, out ReadOnlySpan<byte> content)
    {
        content = default;
        if (frame.Length > Limits.FrameBytesMax) return Rejection.Oversized;
        var wire = new WireReader(frame);
        if (wire.U16() != FrameLayout.Magic) return frame.Length < sizeof(ushort) ? Rejection.Truncated : Rejection.Foreign;
        if (wire.U8() != (byte)WireVersion.V1) return frame.Length < FrameLayout.HeaderSize ? Rejection.Truncated : Rejection.WrongVersion;
        if (frame.Length < FrameLayout.FrameSizeMin) return Rejection.Truncated;
        if (frame.Length > FrameLayout.FrameSizeMax) return Rejection.Oversized;
        var id = wire.U8();
        if (wire.U32() != cluster) return Rejection.WrongCluster;
        if (_keys.Find(id) is not { } key) return Rejection.WrongKey;
        if (!IsSigned(key, frame)) return Rejection.BadMac;
        content = frame[..^FrameLayout.MacSize];
        return Rejection.None;
    }

    private static bool IsSigned(Key key, ReadOnlySpan<byte> frame)
    {
        Span<byte> expected = stackalloc byte[FrameLayout.MacSize];
        Sign(key, frame[..^FrameLayout.MacSize], expected);
        return CryptographicOperations.FixedTimeEquals(expected, frame[^FrameLayout.MacSize..]);
    }

    private static void Sign(Key key, ReadOnlySpan<byte> content, Span<byte> mac)
    {
        Span<byte> digest = stackalloc byte[HMACSHA256.HashSizeInBytes];
        var length = HMACSHA256.HashData(key.Secret.AsSpan(), content, digest);
        Invariant.Check(length == HMACSHA256.HashSizeInBytes);
        digest[..FrameLayout.MacSize].CopyTo(mac);
    }
}
