namespace Appliance.Core.Replica.Wire;

/// <summary>What <see cref="FrameReader.Next"/> has come to.</summary>
public enum FrameStep : byte
{
    /// <summary>All bytes are used; more are needed.</summary>
    More,

    /// <summary>A payload is to come and there is no buffer for it now: call again when one may be free.</summary>
    NoBuffer,

    /// <summary>A frame is complete.</summary>
    Frame,

    /// <summary>The connection must end; see <see cref="FrameReader.Fault"/>.</summary>
    Fault,
}

/// <summary>
/// Makes frames of a stream of bytes, however it is cut. Payloads go into buffers; while one is awaited, its rest may be received into
/// <see cref="Room"/> directly. After a fault nothing more is read. Allocates nothing but words for the fault.
/// <code>
///            40 bytes            buffer             payload             tag, if sealed
///   Header ───────────▶ Buffer ─────────▶ Payload ───────────▶ Tag ──────────────────▶ frame
///     │ no payload                                              ▲
///     └─────────────────────────────────────────────────────────┘
/// </code>
/// </summary>
public sealed class FrameReader(BlockBuffers buffers)
{
    private readonly byte[] _head = new byte[FrameText.HeaderBytes];
    private readonly byte[] _tag = new byte[FrameCipher.TagBytes];
    private FrameCipher? _cipher;
    private FrameHeader _header;
    private uint _checksum;
    private int _buffer = BlockBuffers.None;
    private int _filled;
    private Stage _stage;

    private enum Stage : byte
    {
        Header,
        Buffer,
        Payload,
        Tag,
        Broken,
    }

    /// <summary>Of the frame that is complete.</summary>
    public FrameHeader Header => _header;

    /// <summary>What is wrong with the stream.</summary>
    public string Fault { get; private set; } = "";

    /// <summary>Buffer of the payload that is being received, to be filled from <see cref="RoomAt"/> on; None: feed bytes.</summary>
    public int Room => _stage == Stage.Payload ? _buffer : BlockBuffers.None;

    public int RoomAt => _filled;

    /// <summary>Bytes that are missing to the end of the payload.</summary>
    public int RoomLength => _header.Length - _filled;

    /// <summary>A new connection. With a cipher every frame is sealed.</summary>
    public void Begin(FrameCipher? cipher)
    {
        Drop();
        (_cipher, _stage, _filled, Fault) = (cipher, Stage.Header, 0, "");
    }

    /// <summary>The buffer of a complete frame, or None. The caller owns its share from now on.</summary>
    public int TakeBuffer()
    {
        var buffer = _buffer;
        _buffer = BlockBuffers.None;
        return buffer;
    }

    /// <summary>Gives back what is held for a frame that will not be complete.</summary>
    public void Drop()
    {
        if (_buffer != BlockBuffers.None) buffers.Release(TakeBuffer());
    }

    /// <summary><paramref name="count"/> bytes were received into <see cref="Room"/>. Call <see cref="Next"/> then.</summary>
    public void Filled(int count)
    {
        Invariant.Check(_stage == Stage.Payload);
        Invariant.Check(count <= RoomLength);
        _filled += count;
    }

    /// <summary>Goes on with <paramref name="bytes"/>, up to the next frame; takes away what it used.</summary>
    public FrameStep Next(ref ReadOnlySpan<byte> bytes)
    {
        while (true)
        {
            switch (_stage)
            {
                case Stage.Header:
                    if (!Fill(_head, FrameText.HeaderBytes, ref bytes)) return FrameStep.More;
                    if (FrameText.Read(_head, out _header, out _checksum) is { } fault) return Broken(fault);
                    if (FrameRules.IsGreeting(_header.Kind)) return Broken("the peer greets again");
                    (_stage, _filled) = (_header.Length > 0 ? Stage.Buffer : Stage.Tag, 0);
                    break;
                case Stage.Buffer:
                    if (!buffers.TryTake(BufferUse.Link, out _buffer)) return FrameStep.NoBuffer;
                    _stage = Stage.Payload;
                    break;
                case Stage.Payload:
                    if (!Fill(buffers[_buffer], _header.Length, ref bytes)) return FrameStep.More;
                    (_stage, _filled) = (Stage.Tag, 0);
                    break;
                case Stage.Tag:
                    if (_cipher is not null && !Fill(_tag, FrameCipher.TagBytes, ref bytes)) return FrameStep.More;
                    return Complete();
                default:
                    return FrameStep.Fault;
            }
        }
    }

    private FrameStep Complete()
    {
        var payload = _buffer == BlockBuffers.None ? default : buffers.Of(_buffer, _header.Length);
        if (_cipher is not null)
        {
            if (!_cipher.Open(_head, payload, _tag))
                return Broken("a frame does not open with the key of this connection: damaged or forged");
        }
        else if (FrameText.Checksum(payload) != _checksum)
        {
            return Broken("a payload was damaged on its way");
        }

        (_stage, _filled) = (Stage.Header, 0);
        return FrameStep.Frame;
    }

    private bool Fill(Span<byte> into, int length, ref ReadOnlySpan<byte> bytes)
    {
        var count = Math.Min(length - _filled, bytes.Length);
        bytes[..count].CopyTo(into[_filled..]);
        bytes = bytes[count..];
        _filled += count;
        return _filled == length;
    }

    private FrameStep Broken(string fault)
    {
        Drop();
        (_stage, Fault) = (Stage.Broken, fault);
        return FrameStep.Fault;
    }
}
