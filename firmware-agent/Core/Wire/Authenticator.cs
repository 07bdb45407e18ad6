using System.Security.Cryptography;

namespace Appliance.Core.Wire;

/// <summary>
/// Signs and checks frames: HMAC-SHA256 over everything before the signature, its first sixteen bytes at the end. No allocation.
/// One thread signs and checks; another may replace the key set at any time, and a frame is judged by one set as a whole.
/// </summary>
public sealed class Authenticator
{
    private readonly uint _cluster;
    private readonly byte[] _lastFrame = new byte[FrameLayout.FrameSizeMax];
    private int _lastLength;
    private Signer[]? _lastSigners;
    private volatile Signer[] _signers;

    /// <param name="cluster">Id of the cluster.</param>
    /// <param name="keys">Valid now.</param>
    public Authenticator(uint cluster, KeySet keys)
    {
        _cluster = cluster;
        _signers = Prepare(keys);
    }

    /// <summary>Takes a new key set into use at once. Any thread.</summary>
    public void Replace(KeySet keys) => _signers = Prepare(keys);

    /// <summary>Writes the key id into the header and the signature behind <paramref name="length"/> bytes. Returns the length of the
    /// whole frame.</summary>
    public int Seal(Span<byte> frame, int length)
    {
        var signer = _signers[0];
        frame[FrameLayout.KeyIdOffset] = signer.Id;
        Sign(signer, frame[..length], frame.Slice(length, FrameLayout.MacSize));
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
        if (wire.U32() != _cluster) return Rejection.WrongCluster;
        var signers = _signers;
        if (Find(signers, id) is not { } found) return Rejection.WrongKey;
        if (!IsSigned(signers, found, frame)) return Rejection.BadMac;
        content = frame[..^FrameLayout.MacSize];
        return Rejection.None;
    }

    private static Signer? Find(Signer[] signers, byte id)
    {
        foreach (var signer in signers)
            if (signer.Id == id) return signer;
        return null;
    }

    private bool IsSigned(Signer[] signers, Signer signer, ReadOnlySpan<byte> frame)
    {
        // The same bytes arrive on every link; what was authentic a moment ago under the same keys still is.
        if (ReferenceEquals(signers, _lastSigners) && frame.SequenceEqual(_lastFrame.AsSpan(0, _lastLength))) return true;
        Span<byte> expected = stackalloc byte[FrameLayout.MacSize];
        Sign(signer, frame[..^FrameLayout.MacSize], expected);
        if (!CryptographicOperations.FixedTimeEquals(expected, frame[^FrameLayout.MacSize..])) return false;
        frame.CopyTo(_lastFrame);
        (_lastLength, _lastSigners) = (frame.Length, signers);
        return true;
    }

    private static void Sign(Signer signer, ReadOnlySpan<byte> content, Span<byte> mac)
    {
        Span<byte> digest = stackalloc byte[HMACSHA256.HashSizeInBytes];
        signer.Hash.AppendData(content);
        var done = signer.Hash.TryGetHashAndReset(digest, out _);
        Invariant.Check(done);
        digest[..FrameLayout.MacSize].CopyTo(mac);
    }

    private static Signer[] Prepare(KeySet keys) =>
        [.. keys.All.Select(key => new Signer(key.Id, IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key.Secret.AsSpan())))];

    /// <summary>A key made ready once: preparing it for every frame takes longer than the hash itself.</summary>
    private sealed record Signer(byte Id, IncrementalHash Hash);
}
