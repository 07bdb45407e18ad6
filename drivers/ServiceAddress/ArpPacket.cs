using System.Buffers.Binary;

namespace Appliance.Drivers.ServiceAddress;

/// <summary>An ARP packet for IPv4 over Ethernet (RFC 826), without the Ethernet header.</summary>
public static class ArpPacket
{
    public const int Bytes = 28;
    public const ushort Request = 1;
    public const ushort Reply = 2;

    /// <summary>Writes 28 bytes. An empty span stands for zeroes.</summary>
    public static void Write(
        Span<byte> packet, ushort operation, ReadOnlySpan<byte> senderMac, ReadOnlySpan<byte> sender, ReadOnlySpan<byte> targetMac,
            ReadOnlySpan<byte> target)
    {
        packet[..Bytes].Clear();
        BinaryPrimitives.WriteUInt16BigEndian(packet, 1); // Ethernet
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], 0x0800); // IPv4
        packet[4] = 6;
        packet[5] = 4;
        BinaryPrimitives.WriteUInt16BigEndian(packet[6..], operation);
        senderMac.CopyTo(packet[8..]);
        sender.CopyTo(packet[14..]);
        targetMac.CopyTo(packet[18..]);
        target.CopyTo(packet[24..]);
    }

    /// <summary>Reads who claims to have which address; false for anything that is not a request or reply for IPv4 over Ethernet.</summary>
    public static bool TryReadSender(ReadOnlySpan<byte> packet, out ReadOnlySpan<byte> senderMac, out ReadOnlySpan<byte> sender)
    {
        senderMac = sender = default;
        if (packet.Length < Bytes || !packet[..6].SequenceEqual((ReadOnlySpan<byte>)[0, 1, 8, 0, 6, 4])) return false;
        if (BinaryPrimitives.ReadUInt16BigEndian(packet[6..]) is not (Request or Reply)) return false;
        senderMac = packet.Slice(8, 6);
        sender = packet.Slice(14, 4);
        return true;
    }
}
