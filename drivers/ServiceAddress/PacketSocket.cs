using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Appliance.Drivers.Interop;

namespace Appliance.Drivers.ServiceAddress;

/// <summary>An AF_PACKET socket of one interface and one Ethernet type, without Ethernet headers (packet(7), SOCK_DGRAM).</summary>
public sealed unsafe class PacketSocket : IDisposable
{
    public const ushort Arp = 0x0806;
    public const ushort IPv6 = 0x86DD;
    private const int AfPacket = 17;
    private const int DatagramCloseOnExecNonBlocking = 2 | 0x80000 | 0x800;
    private const int AddressBytes = 20;
    private const byte ForHost = 0; // PACKET_HOST
    private readonly ushort _type;
    private readonly int _linkIndex;

    /// <exception cref="IOException">The kernel refuses (no CAP_NET_RAW, interface gone).</exception>
    public PacketSocket(int linkIndex, ushort type)
    {
        (_type, _linkIndex) = (type, linkIndex);
        // Protocol 0 receives nothing until bind names the interface: no frame of another interface slips in between.
        Fd = Libc.socket(AfPacket, DatagramCloseOnExecNonBlocking, 0);
        if (Fd < 0) throw new IOException($"packet socket: {Errno.LastWords}");
        if (type == IPv6) AcceptOnlyAdvertisements();
        var address = stackalloc byte[AddressBytes];
        WriteAddress(new Span<byte>(address, AddressBytes), default);
        if (Libc.bind(Fd, address, AddressBytes) == 0) return;
        var words = Errno.LastWords;
        _ = Libc.close(Fd);
        throw new IOException($"packet socket: {words}");
    }

    /// <summary>The packet taken last was sent to this interface's own address, not to all or, overheard, to another.</summary>
    public bool LastIsForUs { get; private set; }

    /// <summary>For poll(2).</summary>
    public int Fd { get; private set; }

    /// <summary>Sends to a hardware address; false with errno when the kernel could not.</summary>
    public bool Send(ReadOnlySpan<byte> packet, ReadOnlySpan<byte> mac)
    {
        var address = stackalloc byte[AddressBytes];
        WriteAddress(new Span<byte>(address, AddressBytes), mac);
        fixed (byte* start = packet) return Libc.sendto(Fd, start, packet.Length, 0, address, AddressBytes) == packet.Length;
    }

    /// <summary>Takes one waiting packet; empty when there is none (or the interface went down).</summary>
    public ReadOnlySpan<byte> Receive(Span<byte> buffer, Span<byte> senderMac)
    {
        var address = stackalloc byte[AddressBytes];
        var length = AddressBytes;
        fixed (byte* start = buffer)
        {
            var count = Libc.recvfrom(Fd, start, buffer.Length, 0, address, &length);
            if (count <= 0) return default;
            new ReadOnlySpan<byte>(address + 12, 6).CopyTo(senderMac);
            LastIsForUs = address[10] == ForHost;
            return buffer[..(int)count];
        }
    }

    public void Dispose()
    {
        if (Fd >= 0) _ = Libc.close(Fd);
        Fd = -1;
    }

    /// <summary>struct sockaddr_ll: family, protocol, interface, hardware type, packet type, address length, address.</summary>
    private void WriteAddress(Span<byte> address, ReadOnlySpan<byte> mac)
    {
        address.Clear();
        MemoryMarshal.Write(address, (ushort)AfPacket);
        BinaryPrimitives.WriteUInt16BigEndian(address[2..], _type);
        MemoryMarshal.Write(address[4..], _linkIndex);
        address[11] = (byte)mac.Length;
        mac.CopyTo(address[12..]);
    }

    /// <summary>Classic BPF (linux/filter.h): next header is ICMPv6 and its type is neighbour advertisement; all else never reaches
    /// us.</summary>
    private void AcceptOnlyAdvertisements()
    {
        const ulong loadByte = 0x30, jumpEqual = 0x15, give = 0x06;
        var program = stackalloc ulong[6]
        {
            loadByte | (6UL << 32), // Next header.
            jumpEqual | (3UL << 24) | (58UL << 32), // Not ICMPv6: three on, to "nothing".
            loadByte | (40UL << 32), // ICMPv6 type.
            jumpEqual | (1UL << 24) | (136UL << 32),
            give | (0xffffUL << 32),
            give,
        };
        var filter = stackalloc ulong[2] { 6, (ulong)program }; // struct sock_fprog
        if (Libc.setsockopt(Fd, 1, 26, filter, 16) < 0)
            throw new IOException($"packet filter: {Errno.LastWords}"); // SOL_SOCKET, SO_ATTACH_FILTER
    }
}
