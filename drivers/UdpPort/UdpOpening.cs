using System.Buffers.Binary;
using System.Net;
using System.Text;
using Appliance.Drivers.Interop;

namespace Appliance.Drivers.UdpPort;

/// <summary>The steps of opening one socket. The first that fails leaves its reason; the later ones are not tried.</summary>
internal sealed class UdpOpening : IDisposable
{
    private const int Datagram = 2 | 0x800 | 0x80000; // SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC
    private const int NetworkControl = 0xC0; // class selector 6, RFC 2474
    private readonly bool _isV6;

    public UdpOpening(IPAddress family)
    {
        _isV6 = SocketAddress.FamilyOf(family) == SocketAddress.FamilyV6;
        Fd = Libc.socket(SocketAddress.FamilyOf(family), Datagram, 0);
        if (Fd < 0) Problem = $"no socket: {Errno.LastWords}";
        if (_isV6) Set(SocketOption.OnlyV6, 1);
        Set(SocketOption.TrafficClass(_isV6), NetworkControl);
    }

    public int Fd { get; private set; }

    /// <summary>Empty while all went well.</summary>
    public string Problem { get; private set; } = "";

    /// <summary>Index of the device, 0 without one.</summary>
    public uint Index { get; private set; }

    public InterfaceView? View { get; private set; }

    /// <summary>Nothing but this interface is heard and spoken on.</summary>
    public UdpOpening OnDevice(string name)
    {
        if (Problem.Length > 0) return this;
        View = InterfaceView.Read(Fd, name);
        Index = View.Index;
        if (Index == 0) Problem = View.Problem;
        Set(SocketOption.BindToDevice, Encoding.UTF8.GetBytes(name + "\0"));
        return this;
    }

    public UdpOpening Set(SocketOption option, int value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return Set(option, bytes);
    }

    /// <summary>Membership and sending by interface index: an interface without an address has no other name for the kernel.</summary>
    public UdpOpening Join(IPAddress group)
    {
        Set(SocketOption.MulticastHops(_isV6), 1);
        Set(SocketOption.MulticastLoop(_isV6), 0);
        // struct ipv6_mreq: group, index. struct ip_mreqn: group, address, index.
        var request = new byte[_isV6 ? 20 : 12];
        group.GetAddressBytes().CopyTo(request, 0);
        BinaryPrimitives.WriteUInt32LittleEndian(request.AsSpan(_isV6 ? 16 : 8), Index);
        Set(SocketOption.JoinGroup(_isV6), request);
        return _isV6 ? Set(SocketOption.MulticastInterface(true), (int)Index) : Set(SocketOption.MulticastInterface(false), request);
    }

    public unsafe UdpOpening Bind(IPAddress address, int port)
    {
        if (Problem.Length > 0) return this;
        var name = new SocketAddress(address, port, Index).Bytes;
        fixed (byte* bytes = name)
            if (Libc.bind(Fd, bytes, name.Length) < 0)
                Problem = Errno.Last == Errno.EADDRINUSE
                    ? $"another program uses UDP port {port} on {address} (ss -lunp shows which)"
                    : $"cannot bind to {address} port {port}: {Errno.LastWords}";
        return this;
    }

    /// <summary>The socket belongs to the caller now.</summary>
    public int Release()
    {
        var fd = Fd;
        Fd = -1;
        return fd;
    }

    public void Dispose()
    {
        if (Fd >= 0) _ = Libc.close(Fd);
    }

    private unsafe UdpOpening Set(SocketOption option, ReadOnlySpan<byte> value)
    {
        if (Problem.Length > 0) return this;
        fixed (byte* bytes = value)
            if (Libc.setsockopt(Fd, option.Level, option.Name, bytes, value.Length) < 0)
                Problem = $"{option.Words} is refused: {Errno.LastWords}";
        return this;
    }
}
