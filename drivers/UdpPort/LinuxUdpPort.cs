using System.Net;
using Appliance.Drivers.Interop;

namespace Appliance.Drivers.UdpPort;

/// <summary>A UDP socket of the kernel, bound to its interface so that a network with DHCP works and other networks are not
/// heard.</summary>
public sealed unsafe class LinuxUdpPort : IDatagramPort
{
    private const int RealLength = 0x20; // MSG_TRUNC: tell the real length of what did not fit.

    private readonly UdpRoute _route;
    private readonly uint _index;
    private readonly byte[] _destination;
    private readonly IPAddress? _broadcast;
    private int _destinationLength;

    private LinuxUdpPort(UdpRoute route, UdpOpening opening, SocketAddress? destination)
    {
        _route = route;
        _index = opening.Index;
        _broadcast = opening.View?.Broadcast;
        // Pinned: its address goes to the kernel on every send.
        _destination = GC.AllocateArray<byte>(SocketAddress.SizeMax, pinned: true);
        destination?.Bytes.CopyTo(_destination);
        _destinationLength = destination?.Bytes.Length ?? 0;
        Fd = opening.Release();
    }

    public int Fd { get; private set; }

    /// <summary>Opens a port; null when it cannot be, and <paramref name="problem"/> says why in words.</summary>
    public static LinuxUdpPort? TryOpen(UdpRoute route, out string problem)
    {
        using var opening = new UdpOpening(Family(route));
        if (route.Device is { } device) opening.OnDevice(device);
        var destination = route switch
        {
            UdpRoute.Unicast unicast => OpenUnicast(opening, unicast),
            UdpRoute.Multicast multicast => OpenMulticast(opening, multicast),
            UdpRoute.Broadcast broadcast => OpenBroadcast(opening, broadcast),
            _ => OpenListen(opening, (UdpRoute.Listen)route),
        };
        problem = opening.Problem;
        if (problem.Length == 0 && destination is null && route is UdpRoute.Broadcast)
            problem = $"interface {route.Device} has no IPv4 broadcast address yet";
        return problem.Length == 0 ? new LinuxUdpPort(route, opening, destination) : null;
    }

    public Transfer Send(ReadOnlySpan<byte> datagram)
    {
        fixed (byte* bytes = datagram, address = _destination)
            return Transfer.Of(Libc.sendto(Fd, bytes, datagram.Length, 0, address, _destinationLength));
    }

    public Transfer Receive(Span<byte> room)
    {
        var length = SocketAddress.SizeMax;
        fixed (byte* bytes = room, address = _destination)
        {
            if (_route is not UdpRoute.Listen) return Transfer.Of(Libc.recv(Fd, bytes, room.Length, RealLength));
            var received = Libc.recvfrom(Fd, bytes, room.Length, RealLength, address, &length);
            if (received >= 0) _destinationLength = length;
            return Transfer.Of(received);
        }
    }

    public PortHealth Examine()
    {
        if (_route.Device is { } device)
        {
            var view = InterfaceView.Read(Fd, device);
            if (view.Index != _index) return new(view.Index == 0 ? view.Problem : $"interface {device} was replaced", Stale: true);
            if (_route is UdpRoute.Broadcast && !Equals(view.Broadcast, _broadcast))
                return new($"the broadcast address of {device} changed", Stale: true);
            if (view.Problem.Length > 0) return new(view.Problem, Stale: false);
            // The other end drops multicast without a source address; IPv6 always has its link-local one.
            if (_route is UdpRoute.Multicast { Group: var group } && !group.Contains(':') && !view.HasAddress)
                return new($"interface {device} has no IPv4 address yet", Stale: false);
        }

        return _route is UdpRoute.Unicast { Local: { } local } unicast && !IsOurs(local, _index)
            ? new($"{local} is not an address of this machine: add it to {unicast.Interface ?? "an interface"}", Stale: false)
            : PortHealth.Good;
    }

    public void Dispose()
    {
        if (Fd >= 0) _ = Libc.close(Fd);
        Fd = -1;
    }

    private static IPAddress Family(UdpRoute route) => route switch
    {
        UdpRoute.Unicast unicast => IPAddress.Parse(unicast.Peer),
        UdpRoute.Multicast multicast => IPAddress.Parse(multicast.Group),
        UdpRoute.Listen listen => IPAddress.Parse(listen.Address),
        _ => IPAddress.Any,
    };

    private static SocketAddress OpenUnicast(UdpOpening opening, UdpRoute.Unicast route)
    {
        var peer = IPAddress.Parse(route.Peer);
        // The address may come later than the agent; until then the port hears nothing and says why.
        opening.Set(SocketOption.FreeBind(SocketAddress.FamilyOf(peer) == SocketAddress.FamilyV6), 1);
        if (route.Local is { } local) opening.Bind(IPAddress.Parse(local), route.Port);
        return new SocketAddress(peer, route.Port, opening.Index);
    }

    private static SocketAddress OpenMulticast(UdpOpening opening, UdpRoute.Multicast route)
    {
        var group = IPAddress.Parse(route.Group);
        // Several agents of one machine (a laboratory) may be members of the same group.
        opening.Set(SocketOption.ReuseAddress, 1).Join(group).Bind(group, route.Port);
        return new SocketAddress(group, route.Port, opening.Index);
    }

    private static SocketAddress? OpenBroadcast(UdpOpening opening, UdpRoute.Broadcast route)
    {
        if (opening.View?.Broadcast is not { } address) return null;
        opening.Set(SocketOption.ReuseAddress, 1).Set(SocketOption.Broadcast, 1).Bind(address, route.Port);
        return new SocketAddress(address, route.Port, opening.Index);
    }

    private static SocketAddress? OpenListen(UdpOpening opening, UdpRoute.Listen route)
    {
        opening.Bind(IPAddress.Parse(route.Address), route.Port);
        return null;
    }

    /// <summary>Only an address of this machine can be bound to without FREEBIND.</summary>
    private static bool IsOurs(string local, uint index)
    {
        var address = IPAddress.Parse(local);
        using var trial = new UdpOpening(address);
        var name = new SocketAddress(address, 0, index).Bytes;
        fixed (byte* bytes = name) return Libc.bind(trial.Fd, bytes, name.Length) == 0;
    }
}
