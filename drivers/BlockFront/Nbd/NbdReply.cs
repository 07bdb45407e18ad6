using System.Buffers.Binary;

namespace Appliance.Drivers.BlockFront.Nbd;

/// <summary>Writes replies. Each returns the bytes it has written; data may follow.</summary>
public static class NbdReply
{
    /// <summary>Room for any of them.</summary>
    public const int BytesMax = 36;

    private const int ChunkBytes = 20;
    private const ushort Done = 1;
    private const uint AllocationId = 1;

    /// <summary>The number by which replies call base:allocation.</summary>
    public static uint ContextId => AllocationId;

    public static int Simple(Span<byte> wire, ulong cookie, NbdError error)
    {
        BinaryPrimitives.WriteUInt32BigEndian(wire, NbdProtocol.SimpleReplyMagic);
        BinaryPrimitives.WriteUInt32BigEndian(wire[4..], (uint)error);
        BinaryPrimitives.WriteUInt64BigEndian(wire[8..], cookie);
        return 16;
    }

    /// <summary>Data of a read, which follows.</summary>
    /// <param name="length">Bytes of data, at least one.</param>
    public static int Data(Span<byte> wire, ulong cookie, ulong offset, uint length, bool last)
    {
        Chunk(wire, cookie, NbdChunk.OffsetData, sizeof(ulong) + length, last);
        BinaryPrimitives.WriteUInt64BigEndian(wire[ChunkBytes..], offset);
        return ChunkBytes + sizeof(ulong);
    }

    /// <summary>The end of a structured reply, with nothing in it.</summary>
    public static int End(Span<byte> wire, ulong cookie)
    {
        Chunk(wire, cookie, NbdChunk.None, 0, last: true);
        return ChunkBytes;
    }

    /// <summary>The end of a structured reply that has failed.</summary>
    public static int Error(Span<byte> wire, ulong cookie, NbdError error)
    {
        Chunk(wire, cookie, NbdChunk.Error, sizeof(uint) + sizeof(ushort), last: true);
        BinaryPrimitives.WriteUInt32BigEndian(wire[ChunkBytes..], (uint)error);
        BinaryPrimitives.WriteUInt16BigEndian(wire[(ChunkBytes + sizeof(uint))..], 0); // No words; the number says it.
        return ChunkBytes + sizeof(uint) + sizeof(ushort);
    }

    /// <summary>BLOCK_STATUS: one extent that is data.</summary>
    public static int Allocated(Span<byte> wire, ulong cookie, uint length)
    {
        Chunk(wire, cookie, NbdChunk.BlockStatus, 3 * sizeof(uint), last: true);
        BinaryPrimitives.WriteUInt32BigEndian(wire[ChunkBytes..], AllocationId);
        BinaryPrimitives.WriteUInt32BigEndian(wire[(ChunkBytes + 4)..], length);
        BinaryPrimitives.WriteUInt32BigEndian(wire[(ChunkBytes + 8)..], 0);
        return ChunkBytes + (3 * sizeof(uint));
    }

    private static void Chunk(Span<byte> wire, ulong cookie, NbdChunk kind, uint length, bool last)
    {
        BinaryPrimitives.WriteUInt32BigEndian(wire, NbdProtocol.ChunkMagic);
        BinaryPrimitives.WriteUInt16BigEndian(wire[4..], last ? Done : (ushort)0);
        BinaryPrimitives.WriteUInt16BigEndian(wire[6..], (ushort)kind);
        BinaryPrimitives.WriteUInt64BigEndian(wire[8..], cookie);
        BinaryPrimitives.WriteUInt32BigEndian(wire[16..], length);
    }
}
