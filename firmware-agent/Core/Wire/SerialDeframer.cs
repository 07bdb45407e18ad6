using System.Buffers.Binary;

namespace Appliance.Core.Wire;

/// <summary>
/// Finds the frames in a byte stream. Any chunking of the same bytes gives the same frames; what is no frame is counted as noise
/// and dropped up to the next delimiter. The buffer is fixed.
/// </summary>
public sealed class SerialDeframer
{
    //             other byte                        zero: a frame, or noise
    //   Between ─────────────▶ Collecting ────────────────────────────────▶ Between
    //      ▲                       │ more than the longest frame
    //      └──────── zero ────── Skipping

    private readonly byte[] _collected = new byte[SerialFramer.StuffedMax];
    private int _length;
    private bool _skipping;

    /// <summary>Bytes of a frame that is not complete yet.</summary>
    public int Collected => _length;

    /// <summary>Bytes that belonged to no frame.</summary>
    public long NoiseBytes { get; private set; }

    /// <summary>
    /// Takes bytes from the front of <paramref name="chunk"/> until a frame is complete. False: all bytes are taken and there is none.
    /// The frame is valid until the next call.
    /// </summary>
    public bool TryTake(scoped ref ReadOnlySpan<byte> chunk, out ReadOnlySpan<byte> frame)
    {
        for (var at = 0; at < chunk.Length; at++)
        {
            if (chunk[at] != 0)
            {
                Collect(chunk[at]);
                continue;
            }

            if (!Complete(out frame)) continue;
            chunk = chunk[(at + 1)..];
            return true;
        }

        chunk = default;
        frame = default;
        return false;
    }

    private void Collect(byte value)
    {
        if (_length < _collected.Length && !_skipping)
        {
            _collected[_length++] = value;
            return;
        }

        if (!_skipping) NoiseBytes += _length;
        _skipping = true;
        _length = 0;
        NoiseBytes++;
    }

    /// <summary>A delimiter arrived.</summary>
    private bool Complete(out ReadOnlySpan<byte> frame)
    {
        var collected = _length;
        (_length, _skipping) = (0, false);
        frame = default;
        if (collected == 0) return false;
        var length = Unstuff(_collected.AsSpan(0, collected)) - SerialFramer.CrcSize;
        if (length >= 0)
        {
            var plain = _collected.AsSpan(0, length);
            if (SerialFramer.Crc(plain) == BinaryPrimitives.ReadUInt32BigEndian(_collected.AsSpan(length)))
            {
                frame = plain;
                return true;
            }
        }

        NoiseBytes += collected;
        return false;
    }

    /// <summary>Undoes the stuffing in place: what is written never overtakes what is read. Returns the length, or -1 when the counts do
    /// not fit.</summary>
    private static int Unstuff(Span<byte> bytes)
    {
        var (read, written) = (0, 0);
        while (read < bytes.Length)
        {
            var count = bytes[read++];
            if (read + count - 1 > bytes.Length) return -1;
            bytes.Slice(read, count - 1).CopyTo(bytes[written..]);
            read += count - 1;
            written += count - 1;
            if (count < byte.MaxValue && read < bytes.Length) bytes[written++] = 0;
        }

        return written;
    }
}
