using System.Net;
using System.Net.Sockets;
using Appliance.Drivers.Interop;
using Appliance.Drivers.Interop.Netlink;

namespace Appliance.Drivers.ServiceAddress;

/// <summary>Talks about one address with the neighbours on one interface: ARP for IPv4, neighbour discovery for IPv6. One thread at a
/// time.</summary>
public sealed unsafe class NeighbourSocket : IDisposable
{
    private readonly PacketSocket _socket;
    private readonly byte[] _address;
    private readonly byte[] _mac;
    private readonly byte[][] _ownMacs;
    private readonly byte[] _packet = new byte[NeighbourPacket.AdvertisementBytes];
    private readonly byte[] _received = new byte[256];

    /// <exception cref="IOException">The kernel refuses the socket.</exception>
    public NeighbourSocket(NetworkLink link, IPAddress address)
    {
        _address = address.GetAddressBytes();
        _mac = link.Mac;
        _ownMacs = [.. NetworkLink.All().Select(own => own.Mac).Where(mac => mac.Length == 6)];
        _socket = new PacketSocket(link.Index, address.AddressFamily == AddressFamily.InterNetwork ? PacketSocket.Arp : PacketSocket.IPv6);
    }

    public int Fd => _socket.Fd;

    private bool IsIPv4 => _address.Length == 4;

    private static ReadOnlySpan<byte> Everybody => [0xff, 0xff, 0xff, 0xff, 0xff, 0xff];

    /// <summary>
    /// Asks who has the address without claiming it and without needing an address of our own: an ARP probe with sender 0.0.0.0
    /// (RFC 5227 §2.1), or a duplicate address detection solicitation from :: (RFC 4862 §5.4). Owners answer both to us or to all.
    /// </summary>
    public bool Ask()
    {
        if (!IsIPv4) return Send(NeighbourPacket.SolicitationBytes, NeighbourPacket.WriteProbe(_packet, _address));
        ArpPacket.Write(_packet, ArpPacket.Request, _mac, default, default, _address);
        return Send(ArpPacket.Bytes, Everybody);
    }

    /// <summary>Tells everybody that the address is ours. ARP in both styles, because some equipment believes only the one or the
    /// other.</summary>
    public bool Announce()
    {
        if (!IsIPv4)
        {
            NeighbourPacket.WriteAnnouncement(_packet, _address, _mac);
            return Send(NeighbourPacket.AdvertisementBytes, NeighbourPacket.AllNodesMac);
        }

        ArpPacket.Write(_packet, ArpPacket.Request, _mac, _address, default, _address);
        var sent = Send(ArpPacket.Bytes, Everybody);
        ArpPacket.Write(_packet, ArpPacket.Reply, _mac, _address, Everybody, _address);
        return Send(ArpPacket.Bytes, Everybody) && sent;
    }

    /// <summary>Waits for at most <paramref name="timeout"/> for a packet; true when one may be waiting.</summary>
    public bool Wait(TimeSpan timeout)
    {
        var entry = new PollFd { Fd = Fd, Events = PollFd.In };
        return PollFd.Wait(&entry, 1, timeout) > 0;
    }

    /// <summary>Reads what is waiting, at most <paramref name="packetsMax"/>; returns who else claims our address, or null. Probes claim
    /// nothing.</summary>
    public string? ReadForeignClaim(int packetsMax = 64)
    {
        Span<byte> from = stackalloc byte[6];
        for (var i = 0; i < packetsMax; i++)
        {
            var packet = _socket.Receive(_received, from);
            if (packet.IsEmpty) return null;
            if (!TryReadClaim(packet, from, out var mac, out var claimed) || !claimed.SequenceEqual(_address)) continue;
            if (!IsOurs(mac)) return NetworkLink.MacWords(mac);
        }

        return null;
    }

    public void Dispose() => _socket.Dispose();

    private bool TryReadClaim(
        ReadOnlySpan<byte> packet, ReadOnlySpan<byte> from, out ReadOnlySpan<byte> mac, out ReadOnlySpan<byte> claimed)
    {
        if (IsIPv4) return ArpPacket.TryReadSender(packet, out mac, out claimed);
        var read = NeighbourPacket.TryReadAdvertisement(packet, out claimed, out mac);
        if (mac.IsEmpty) mac = from.ToArray();
        return read;
    }

    private bool IsOurs(ReadOnlySpan<byte> mac)
    {
        foreach (var own in _ownMacs)
            if (mac.SequenceEqual(own)) return true;
        return false;
    }

    private bool Send(int bytes, ReadOnlySpan<byte> mac) => _socket.Send(_packet.AsSpan(0, bytes), mac);
}
