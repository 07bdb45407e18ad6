namespace Appliance.Core.LinuxHa;

/// <summary>
/// Finds messages of the text form in the stream of a serial line. What comes before a line <c>&gt;&gt;&gt;</c> is noise; so is a
/// message that becomes too long. Returns from any damage at the next message.
/// </summary>
public sealed class HaDeframer
{
    //          line ">>>"                      line "<<<"
    //  Noise ─────────────▶ Inside ────────────────────────────▶ Noise, a frame is there
    //    ▲                   │ ▲ ──── line ">>>": begins anew ──┐
    //    └── too long ───────┘ └────────────────────────────────┘

    private readonly byte[] _room = new byte[HaLimits.FrameBytesMax];
    private int _length;
    private int _lineStart;
    private bool _isInside;
    private bool _isTaken;

    /// <summary>Bytes that belonged to no message.</summary>
    public long NoiseBytes { get; private set; }

    /// <summary>Takes bytes from the front of <paramref name="bytes"/> until a message is complete; it is valid until the next
    /// call.</summary>
    public bool TryTake(scoped ref ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> frame)
    {
        if (_isTaken) Begin(inside: false, 0);
        _isTaken = false;
        while (!bytes.IsEmpty)
        {
            var next = bytes[0];
            bytes = bytes[1..];
            // The other end may send a carriage return with each line, and a break reads as NUL.
            if (next is (byte)'\r' or 0) continue;
            if (_length == _room.Length) Begin(inside: false, _length);
            _room[_length++] = next;
            if (next == (byte)'\n' && EndLine())
            {
                frame = _room.AsSpan(0, _length);
                _isTaken = true;
                return true;
            }
        }

        frame = default;
        return false;
    }

    /// <summary>True when the line ended a message.</summary>
    private bool EndLine()
    {
        var line = _room.AsSpan(_lineStart, _length - _lineStart);
        // A break or the rest of a torn line may stand before the mark.
        if (line.EndsWith(HaFrame.TextBegin))
        {
            Begin(inside: true, _length - HaFrame.TextBegin.Length);
            HaFrame.TextBegin.CopyTo(_room);
            (_length, _lineStart) = (HaFrame.TextBegin.Length, HaFrame.TextBegin.Length);
            return false;
        }

        if (!_isInside)
        {
            Begin(inside: false, _length);
            return false;
        }

        _lineStart = _length;
        return line.SequenceEqual(HaFrame.TextEnd);
    }

    private void Begin(bool inside, int noise)
    {
        NoiseBytes += noise;
        (_length, _lineStart, _isInside) = (0, 0, inside);
    }
}
