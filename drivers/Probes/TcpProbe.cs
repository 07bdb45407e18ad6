using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Appliance.Drivers.Probes;

/// <summary>A TCP connect: the kernel and a listener are there. Says nothing about what listens.</summary>
public sealed class TcpProbe(IPAddress address, int port) : IProbe
{
    public ProbeAnswer Ask(TimeSpan timeout)
    {
        var start = Stopwatch.GetTimestamp();
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
        var problem = Connect(socket, timeout);
        var took = Stopwatch.GetElapsedTime(start);
        return new ProbeAnswer(problem is null, took, problem ?? $"{address}:{port} accepts connections");
    }

    private string? Connect(Socket socket, TimeSpan timeout)
    {
        try
        {
            socket.Connect(new IPEndPoint(address, port));
            return null;
        }
        catch (SocketException pending) when (pending.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
        {
            if (!socket.Poll(timeout, SelectMode.SelectWrite))
                return $"{address}:{port} does not accept a connection within {timeout.TotalMilliseconds:0} ms";
            var error = (SocketError)(int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)!;
            return error == SocketError.Success ? null : $"{address}:{port}: {error}";
        }
        catch (SocketException refused)
        {
            return $"{address}:{port}: {refused.Message}";
        }
    }

    public void Dispose()
    {
    }
}
