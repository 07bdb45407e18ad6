using Appliance.Core.Replica.Wire;

namespace Appliance.Simulation.Replica.Net;

/// <summary>Frames as bytes, with the product's codec; and bytes that have arrived and wait to be read.</summary>
public sealed class FrameBytes
{
    private byte[] _bytes = new byte[1 << 16];
    private int _from;
    private int _to;

    /// <summary>What waits.</summary>
    public ReadOnlySpan<byte> Waiting => _bytes.AsSpan(_from, _to - _from);

    public static byte[] Encode(in FrameHeader header, ReadOnlySpan<byte> payload)
    {
        var bytes = new byte[FrameText.HeaderBytes + payload.Length];
        FrameWriter.Write(header, payload, bytes.AsSpan(0, FrameText.HeaderBytes));
        payload.CopyTo(bytes.AsSpan(FrameText.HeaderBytes));
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

    /// <summary>Only these last bytes still wait.</summary>
    public void Keep(int bytes) => _from = _to - bytes;

    public void Clear() => (_from, _to) = (0, 0);
}
