using System.Buffers.Binary;
using Appliance.Core.Replica.History;

namespace Appliance.Core.Replica.Disk;

/// <summary>Writes the fields of a superblock one after the other.</summary>
internal ref struct SuperblockFields(Span<byte> block)
{
    private Span<byte> _rest = block;

    public void U8(byte value) => Next(1)[0] = value;

    public void U16(ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(Next(2), value);

    public void U32(uint value) => BinaryPrimitives.WriteUInt32LittleEndian(Next(4), value);

    public void U64(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Next(8), value);

    public void I64(long value) => BinaryPrimitives.WriteInt64LittleEndian(Next(8), value);

    /// <summary>In the order people write it (RFC 9562), whatever the order of the integers.</summary>
    public void Guid(Guid value) => value.TryWriteBytes(Next(16), bigEndian: true, out _);

    public void Ids(in IdList ids)
    {
        foreach (var id in ids) U64(id);
    }

    private Span<byte> Next(int count)
    {
        var field = _rest[..count];
        _rest = _rest[count..];
        return field;
    }
}

/// <summary>Reads them.</summary>
internal ref struct SuperblockReader(ReadOnlySpan<byte> block)
{
    private ReadOnlySpan<byte> _rest = block;

    public byte U8() => Next(1)[0];

    public ushort U16() => BinaryPrimitives.ReadUInt16LittleEndian(Next(2));

    public uint U32() => BinaryPrimitives.ReadUInt32LittleEndian(Next(4));

    public ulong U64() => BinaryPrimitives.ReadUInt64LittleEndian(Next(8));

    public long I64() => BinaryPrimitives.ReadInt64LittleEndian(Next(8));

    public Guid Guid() => new(Next(16), bigEndian: true);

    public IdList Ids()
    {
        var ids = default(IdList);
        for (var at = 0; at < IdList.Length; at++) ids[at] = U64();
        return ids;
    }

    private ReadOnlySpan<byte> Next(int count)
    {
        var field = _rest[..count];
        _rest = _rest[count..];
        return field;
    }
}
