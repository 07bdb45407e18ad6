using System.Buffers.Binary;
using System.Numerics;

namespace Appliance.Core.Replica.Wire;

/// <summary>
/// The 40 bytes before every payload, big endian: magic u16, kind u8, flags u8, length u32, sequence u64, offset u64, aux u64, checksum of
/// the payload u32 (0: none, or the frame is sealed), checksum of the 36 bytes before u32. Nothing is allocated; faults are values.
/// </summary>
public static class FrameText
{
    public const ushort Magic = 0xA9D1;

    public const int HeaderBytes = 40;

    private const int ChecksumAt = 36;

    /// <summary>Writes the header. <paramref name="payloadChecksum"/>: <see cref="Checksum"/> of the payload.</summary>
    public static void Write(in FrameHeader header, uint payloadChecksum, Span<byte> into)
    {
        BinaryPrimitives.WriteUInt16BigEndian(into, Magic);
        into[2] = (byte)header.Kind;
        into[3] = (byte)header.Flags;
        BinaryPrimitives.WriteUInt32BigEndian(into[4..], (uint)header.Length);
        BinaryPrimitives.WriteUInt64BigEndian(into[8..], header.Sequence);
        BinaryPrimitives.WriteUInt64BigEndian(into[16..], (ulong)header.Offset);
        BinaryPrimitives.WriteUInt64BigEndian(into[24..], header.Aux);
        BinaryPrimitives.WriteUInt32BigEndian(into[32..], payloadChecksum);
        BinaryPrimitives.WriteUInt32BigEndian(into[ChecksumAt..], Crc32C(into[..ChecksumAt]));
    }

    /// <summary>Reads <see cref="HeaderBytes"/>. Null: it is good; else what is wrong, in words.</summary>
    public static string? Read(ReadOnlySpan<byte> from, out FrameHeader header, out uint payloadChecksum)
    {
        (header, payloadChecksum) = (default, 0);
        if (BinaryPrimitives.ReadUInt16BigEndian(from) != Magic) return "what arrived is no frame of a replica";
        if (BinaryPrimitives.ReadUInt32BigEndian(from[ChecksumAt..]) != Crc32C(from[..ChecksumAt]))
            return "a header was damaged on its way";
        var length = BinaryPrimitives.ReadUInt32BigEndian(from[4..]);
        if (length > BlockBuffers.SlotBytes) return "a frame is longer than any can be";
        header = new FrameHeader(
            (FrameKind)from[2], (FrameFlags)from[3], (int)length, BinaryPrimitives.ReadUInt64BigEndian(from[8..]),
            BinaryPrimitives.ReadInt64BigEndian(from[16..]), BinaryPrimitives.ReadUInt64BigEndian(from[24..]));
        payloadChecksum = BinaryPrimitives.ReadUInt32BigEndian(from[32..]);
        return FrameRules.Fault(header);
    }

    /// <summary>CRC-32C of a payload; of none: 0.</summary>
    public static uint Checksum(ReadOnlySpan<byte> payload) => payload.IsEmpty ? 0 : Crc32C(payload);

    /// <summary>CRC-32C (Castagnoli) as iSCSI and ext4 have it: RFC 3720 appendix B.4. One instruction for eight bytes.</summary>
    public static uint Crc32C(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        while (bytes.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (var left in bytes) crc = BitOperations.Crc32C(crc, left);
        return ~crc;
    }
}
