namespace Appliance.Core.Replica.Wire;

/// <summary>Writes the frames of one connection: headers with checksums, or sealed.</summary>
public sealed class FrameWriter
{
    private FrameCipher? _cipher;

    /// <summary>What follows a payload: a tag, if frames are sealed.</summary>
    public int TailBytes => _cipher is null ? 0 : FrameCipher.TagBytes;

    public bool IsSealing => _cipher is not null;

    /// <summary>A new connection.</summary>
    public void Begin(FrameCipher? cipher) => _cipher = cipher;

    /// <summary>Writes the header of a frame in clear: the payload follows as it is.</summary>
    public static void Write(in FrameHeader header, ReadOnlySpan<byte> payload, Span<byte> head) =>
        FrameText.Write(header, FrameText.Checksum(payload), head);

    /// <summary>Writes a whole sealed frame: header, encrypted payload, tag. Returns its bytes.</summary>
    public int Seal(in FrameHeader header, ReadOnlySpan<byte> payload, Span<byte> into)
    {
        Invariant.Check(_cipher is not null);
        FrameText.Write(header, 0, into);
        var head = into[..FrameText.HeaderBytes];
        var body = into.Slice(FrameText.HeaderBytes, payload.Length);
        _cipher.Seal(head, payload, body, into.Slice(FrameText.HeaderBytes + payload.Length, FrameCipher.TagBytes));
        return FrameText.HeaderBytes + payload.Length + FrameCipher.TagBytes;
    }
}
