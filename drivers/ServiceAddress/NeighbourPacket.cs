using System.Buffers.Binary;

namespace Appliance.Drivers.ServiceAddress;

/// <summary>Neighbour solicitations and advertisements (RFC 4861 §4.3, §4.4) as whole IPv6 packets.</summary>
public static class NeighbourPacket
{
    public const int SolicitationBytes = 40 + 24;
    public const int AdvertisementBytes = 40 + 32;
    private const byte Icmp6 = 58;
    private const byte Solicitation = 135;
    private const byte Advertisement = 136;
    private const byte Override = 0x20;
    private const byte TargetLinkAddress = 2;

    /// <summary>33:33:00:00:00:01, where ff02::1 (all nodes) is sent to.</summary>
    public static ReadOnlySpan<byte> AllNodesMac => [0x33, 0x33, 0, 0, 0, 1];

    private static ReadOnlySpan<byte> AllNodes => [0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];

    private static ReadOnlySpan<byte> SolicitedNodePrefix => [0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff];

    /// <summary>The probe of duplicate address detection (RFC 4862 §5.4.2): from ::, to the solicited-node group. Returns the group's
    /// Ethernet address.</summary>
    public static byte[] WriteProbe(Span<byte> packet, ReadOnlySpan<byte> target)
    {
        Span<byte> group = stackalloc byte[16];
        SolicitedNodePrefix.CopyTo(group);
        target[13..].CopyTo(group[13..]);
        var icmp = WriteHeader(packet[..SolicitationBytes], default, group);
        icmp[0] = Solicitation;
        target.CopyTo(icmp[8..]);
        WriteChecksum(packet[..SolicitationBytes]);
        return [0x33, 0x33, 0xff, target[13], target[14], target[15]];
    }

    /// <summary>An unsolicited advertisement to all nodes: neighbours replace what they have cached.</summary>
    public static void WriteAnnouncement(Span<byte> packet, ReadOnlySpan<byte> target, ReadOnlySpan<byte> mac)
    {
        var icmp = WriteHeader(packet[..AdvertisementBytes], target, AllNodes);
        icmp[0] = Advertisement;
        icmp[4] = Override;
        target.CopyTo(icmp[8..]);
        icmp[24] = TargetLinkAddress;
        icmp[25] = 1; // In units of 8 bytes.
        mac.CopyTo(icmp[26..]);
        WriteChecksum(packet[..AdvertisementBytes]);
    }

    /// <summary>Reads which address an advertisement claims, and for which hardware address if it says (else empty).</summary>
    public static bool TryReadAdvertisement(ReadOnlySpan<byte> packet, out ReadOnlySpan<byte> target, out ReadOnlySpan<byte> mac)
    {
        target = mac = default;
        if (packet.Length < SolicitationBytes || packet[0] >> 4 != 6 || packet[6] != Icmp6 || packet[7] != 255) return false;
        var icmp = packet[40..];
        if (icmp[0] != Advertisement || icmp[1] != 0) return false;
        target = icmp.Slice(8, 16);
        for (var options = icmp[24..]; options.Length >= 8 && options[1] != 0
            && options.Length >= options[1] * 8; options = options[(options[1] * 8)..])
            if (options[0] == TargetLinkAddress) mac = options.Slice(2, 6);
        return true;
    }

    private static Span<byte> WriteHeader(Span<byte> packet, ReadOnlySpan<byte> source, ReadOnlySpan<byte> destination)
    {
        packet.Clear();
        packet[0] = 0x60;
        BinaryPrimitives.WriteUInt16BigEndian(packet[4..], (ushort)(packet.Length - 40));
        packet[6] = Icmp6;
        packet[7] = 255; // Receivers refuse neighbour discovery that came through a router.
        source.CopyTo(packet[8..]);
        destination.CopyTo(packet[24..]);
        return packet[40..];
    }

    /// <summary>RFC 4443 §2.3: over addresses, length, next header and message.</summary>
    private static void WriteChecksum(Span<byte> packet)
    {
        uint sum = (uint)(packet.Length - 40) + Icmp6;
        for (var i = 8; i < packet.Length; i += 2) sum += BinaryPrimitives.ReadUInt16BigEndian(packet[i..]);
        while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(packet[42..], (ushort)~sum);
    }
}
