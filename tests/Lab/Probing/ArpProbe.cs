using System.Buffers.Binary;
using System.Net;
using System.Net.NetworkInformation;
using System.Runtime.InteropServices;
using Appliance.Lab.Host;
using Appliance.Lab.Setup;

namespace Appliance.Lab.Probing;

/// <summary>Asks the LAN who has the service address, with a request of its own instead of the kernel's neighbour table.</summary>
public sealed partial class ArpProbe : IProbe
{
    private const int PacketFamily = 17;
    private const int RawSocket = 3;
    private const ushort ArpProtocol = 0x0806;
    private const int FrameLength = 42;
    private const short PollIn = 1;

    private readonly int _socket;
    private readonly byte[] _request = new byte[FrameLength];
    private readonly byte[] _service = IPAddress.Parse(NodePlan.ServiceAddress).GetAddressBytes();

    private readonly OwnerLog _owners;

    /// <summary>Opens the socket in the namespace of the calling thread.</summary>
    public ArpProbe(OwnerLog owners)
    {
        _owners = owners;
        var protocol = BinaryPrimitives.ReverseEndianness(ArpProtocol);
        _socket = socket(PacketFamily, RawSocket, protocol);
        if (_socket < 0) throw new LabException("no raw socket for the ARP probe");
        var address = new LinkLayerAddress { Family = PacketFamily, Protocol = protocol, Interface = (int)if_nametoindex("eth0") };
        if (bind(_socket, in address, Marshal.SizeOf<LinkLayerAddress>()) != 0) throw new LabException("the ARP probe cannot use eth0");
        BuildRequest();
    }

    /// <inheritdoc/>
    public ProbeKind Kind => ProbeKind.Arp;

    /// <inheritdoc/>
    public unsafe bool Ask(TimeSpan limit)
    {
        var deadline = new Deadline(limit);
        var waiting = new PollDescriptor { Descriptor = _socket, Wanted = PollIn };
        var frame = stackalloc byte[128];
        // The socket has seen the other lanes' answers meanwhile; they are theirs.
        while (poll(&waiting, 1, 0) > 0) _ = recv(_socket, frame, 128, 0);

        fixed (byte* first = _request)
            if (send(_socket, first, FrameLength, 0) != FrameLength) return false;

        while (poll(&waiting, 1, (int)deadline.Left.TotalMilliseconds) > 0)
        {
            var length = recv(_socket, frame, 128, 0);
            if (length < FrameLength || !IsAnswer(new ReadOnlySpan<byte>(frame, FrameLength))) continue;
            _owners.Note(MonotonicClock.NowMs, Convert.ToHexString(new ReadOnlySpan<byte>(frame + 22, 6)));
            return true;
        }
        return false;
    }

    /// <inheritdoc/>
    public void Dispose() => _ = close(_socket);

    // Operation 2 (reply), sent by the service address. Announcements are requests and do not count.
    private bool IsAnswer(ReadOnlySpan<byte> frame) => frame[20] == 0 && frame[21] == 2 && frame.Slice(28, 4).SequenceEqual(_service);

    private void BuildRequest()
    {
        var own = PhysicalAddress.Parse(NodePlan.ClientHardwareAddress).GetAddressBytes();
        var frame = _request.AsSpan();
        frame[..6].Fill(0xff);
        own.CopyTo(frame[6..]);
        BinaryPrimitives.WriteUInt16BigEndian(frame[12..], ArpProtocol);
        byte[] header = [0, 1, 8, 0, 6, 4, 0, 1];
        header.CopyTo(frame[14..]);
        own.CopyTo(frame[22..]);
        IPAddress.Parse(NodePlan.ClientAddress).GetAddressBytes().CopyTo(frame[28..]);
        _service.CopyTo(frame[38..]);
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct LinkLayerAddress
    {
        public ushort Family;
        public ushort Protocol;
        public int Interface;
        public ushort HardwareType;
        public byte PacketType;
        public byte AddressLength;
        public ulong Address;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Wanted;
        public short Seen;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int socket(int family, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int bind(int descriptor, in LinkLayerAddress address, int length);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial uint if_nametoindex(string name);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial nint send(int descriptor, byte* buffer, nuint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial nint recv(int descriptor, byte* buffer, nuint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial int poll(PollDescriptor* descriptors, nuint count, int timeoutMs);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int descriptor);
}
