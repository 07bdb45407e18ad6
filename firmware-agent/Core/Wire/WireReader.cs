using System.Buffers.Binary;

namespace Appliance.Core.Wire;

/// <summary>Reads big-endian fields of a frame. Truncation is remembered, not thrown: ask <see cref="ReadExactly"/> once, at the
/// end.</summary>
public ref struct WireReader(ReadOnlySpan<byte> frame)
{
    private ReadOnlySpan<byte> _rest = frame;
    private bool _truncated;

    private static ReadOnlySpan<byte> Zeroes => [0, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>True when every field was present and nothing is left over.</summary>
    public readonly bool ReadExactly => !_truncated && _rest.IsEmpty;

    public byte U8() => Take(sizeof(byte))[0];

    public ushort U16() => BinaryPrimitives.ReadUInt16BigEndian(Take(sizeof(ushort)));

    public uint U32() => BinaryPrimitives.ReadUInt32BigEndian(Take(sizeof(uint)));

    public ulong U64() => BinaryPrimitives.ReadUInt64BigEndian(Take(sizeof(ulong)));

    private ReadOnlySpan<byte> Take(int size)
    {
        if (_rest.Length < size)
        {
            _truncated = true;
            _rest = default;
            return Zeroes[..size];
        }

        var field = _rest[..size];
        _rest = _rest[size..];
        return field;
    }
}
