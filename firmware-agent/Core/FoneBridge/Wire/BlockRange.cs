using System.Buffers.Binary;

namespace Appliance.Core.FoneBridge.Wire;

/// <summary>The six bytes in front of reads and writes: address and length, little-endian.</summary>
/// <param name="Address">A byte address, a register or a block number: the command says which.</param>
/// <param name="Length">Bytes, words or registers.</param>
public readonly record struct BlockRange(uint Address, ushort Length)
{
    public const int Size = 6;

    /// <summary>Longest piece of flash that goes into one packet, bytes.</summary>
    public const int FlashBytesMax = 256;

    public static BlockRange Read(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt32LittleEndian(bytes), BinaryPrimitives.ReadUInt16LittleEndian(bytes[4..]));

    public byte[] ToBytes()
    {
        var bytes = new byte[Size];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Address);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(4), Length);
        return bytes;
    }
}
