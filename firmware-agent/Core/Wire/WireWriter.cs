using System.Buffers.Binary;

namespace Appliance.Core.Wire;

/// <summary>Writes big-endian fields. Too little room is our own bug: the span throws.</summary>
public ref struct WireWriter(Span<byte> frame)
{
    private readonly Span<byte> _frame = frame;

    /// <summary>Bytes written so far.</summary>
    public int Length { get; private set; }

    public void U8(byte value) => Next(sizeof(byte))[0] = value;

    public void U16(ushort value) => BinaryPrimitives.WriteUInt16BigEndian(Next(sizeof(ushort)), value);

    public void U32(uint value) => BinaryPrimitives.WriteUInt32BigEndian(Next(sizeof(uint)), value);

    public void U64(ulong value) => BinaryPrimitives.WriteUInt64BigEndian(Next(sizeof(ulong)), value);

    private Span<byte> Next(int size)
    {
        var field = _frame.Slice(Length, size);
        Length += size;
        return field;
    }
}
