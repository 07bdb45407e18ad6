using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Appliance.Drivers.FoneBridge;

/// <summary>
/// UDP to port 1024 of a bridge. The socket is connected, so that the kernel drops what others send. Ports that were left stay open until
/// the end: the kernel cannot give one of them to us a second time, and a late reply has nowhere to go.
/// </summary>
public sealed class LinuxBridgeLink : IBridgeLink
{
    /// <summary>Where a bridge listens.</summary>
    public const int UdpPort = 1024;

    private const int DatagramMax = 1500;
    private const int SocketLevel = 1; // SOL_SOCKET
    private const int BindToDevice = 25; // SO_BINDTODEVICE
    private readonly IPEndPoint _bridge;
    private readonly string? _interface;
    private readonly List<Socket> _left = [];
    private readonly byte[] _room = new byte[DatagramMax + 1];
    private Socket _socket;

    private LinuxBridgeLink(IPEndPoint bridge, string? @interface, Socket socket) =>
        (_bridge, _interface, _socket) = (bridge, @interface, socket);

    /// <param name="bridge">Address and port.</param>
    /// <param name="interface">Network card to use; null: as the kernel routes.</param>
    /// <param name="problem">Why there is no link, in words.</param>
    /// <returns>Null when no socket can be had.</returns>
    public static LinuxBridgeLink? TryOpen(IPEndPoint bridge, string? @interface, out string problem)
    {
        problem = "";
        try
        {
            return new LinuxBridgeLink(bridge, @interface, Connect(bridge, @interface));
        }
        catch (SocketException fault)
        {
            problem = $"{bridge}{(@interface is null ? "" : $" on {@interface}")}: {fault.Message}";
            return null;
        }
    }

    public string Send(ReadOnlySpan<byte> datagram)
    {
        try
        {
            _socket.Send(datagram);
            return "";
        }
        catch (SocketException fault)
        {
            return fault.Message;
        }
    }

    public BridgeArrival Receive(TimeSpan patience)
    {
        try
        {
            if (!_socket.Poll(patience < TimeSpan.Zero ? TimeSpan.Zero : patience, SelectMode.SelectRead)) return Nothing();
            return new(_room[.._socket.Receive(_room)], "");
        }
        catch (SocketException fault)
        {
            return new(null, fault.Message);
        }
    }

    /// <summary>Silence, or the ICMP of a host that does not listen or of a router: it ends the wait without being something to
    /// read.</summary>
    private BridgeArrival Nothing()
    {
        var error = (int)_socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)!;
        return error == 0 ? BridgeArrival.Silence : new(null, new SocketException(error).Message);
    }

    public void Drain()
    {
        // Bounded: who floods us must not keep us from asking.
        for (var count = 0; count < 64 && Receive(TimeSpan.Zero) is not { Datagram: null, Problem: "" }; count++)
        {
        }
    }

    public string Renew()
    {
        try
        {
            var next = Connect(_bridge, _interface);
            _left.Add(_socket);
            _socket = next;
            return "";
        }
        catch (SocketException fault)
        {
            return fault.Message;
        }
    }

    public void Dispose()
    {
        _socket.Dispose();
        foreach (var socket in _left) socket.Dispose();
    }

    private static Socket Connect(IPEndPoint bridge, string? @interface)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            if (@interface is not null) socket.SetRawSocketOption(SocketLevel, BindToDevice, Encoding.UTF8.GetBytes(@interface + "\0"));
            socket.Connect(bridge);
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }
    }
}
