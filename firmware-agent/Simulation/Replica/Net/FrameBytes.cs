using System.Buffers.Binary;
using Appliance.Core.Replica.Wire;

namespace Appliance.Simulation.Replica.Net;

/// <summary>Frames as bytes and back.</summary>
public sealed class FrameBytes
{
    private const int HeaderBytes = 40;
    private byte[] _bytes = new byte[1 << 16];
    private int _from;
    private int _to;

    public static byte[] Encode(in FrameHeader header, ReadOnlySpan<byte> payload)
    {
        var bytes = new byte[HeaderBytes + payload.Length];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, 0xA9D1);
        (bytes[2], bytes[3]) = ((byte)header.Kind, (byte)header.Flags);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4), header.Length);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(8), header.Sequence);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(16), header.Offset);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(24), header.Aux);
        payload.CopyTo(bytes.AsSpan(HeaderBytes));
        return bytes;
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (_to + bytes.Length > _bytes.Length)
        {
            var next = _to - _from + bytes.Length > _bytes.Length ? new byte[(_to - _from + bytes.Length) * 2] : _bytes;
            Buffer.BlockCopy(_bytes, _from, next, 0, _to - _from);
            (_bytes, _to, _from) = (next, _to - _from, 0);
        }

        bytes.CopyTo(_bytes.AsSpan(_to));
        _to += bytes.Length;
    }

    /// <summary>The next whole frame, which stays until <see cref="Drop"/>. Null words: nothing is wrong.</summary>
    public bool TryPeek(out FrameHeader header, out ReadOnlySpan<byte> payload, out string? wrong)
    {
        (header, wrong) = (default, null);
        payload = default;
        var bytes = _bytes.AsSpan(_from, _to - _from);
        if (bytes.Length < HeaderBytes) return false;
        if (BinaryPrimitives.ReadUInt16BigEndian(bytes) != 0xA9D1) wrong = "not a frame";
        var length = BinaryPrimitives.ReadInt32BigEndian(bytes[4..]);
        if (wrong is not null || bytes.Length < HeaderBytes + length) return false;
        header = new FrameHeader(
            (FrameKind)bytes[2], (FrameFlags)bytes[3], length, BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]),
            BinaryPrimitives.ReadInt64BigEndian(bytes[16..]), BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]));
        payload = bytes.Slice(HeaderBytes, length);
        return true;
    }

    public void Drop(in FrameHeader header) => _from += HeaderBytes + header.Length;
}
