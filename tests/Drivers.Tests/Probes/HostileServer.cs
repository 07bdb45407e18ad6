using System.Net;
using System.Net.Sockets;

namespace Appliance.Drivers.Tests.Probes;

/// <summary>A server on loopback that does what a test tells it to, until the test ends.</summary>
internal sealed class HostileServer : IDisposable
{
    private readonly Socket _socket;
    private readonly Thread _thread;
    private volatile bool _stopped;

    private HostileServer(Socket socket, Action<Socket, Func<bool>> behave)
    {
        _socket = socket;
        Port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        _thread = new Thread(() => Run(behave)) { IsBackground = true };
        _thread.Start();
    }

    public int Port { get; }

    /// <summary>Behaves with each accepted connection in turn.</summary>
    public static HostileServer Tcp(Action<Socket, Func<bool>> behave)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Listen();
        return new HostileServer(socket, (listener, stopped) =>
        {
            while (!stopped())
            {
                using var client = listener.Accept();
                behave(client, stopped);
            }
        });
    }

    /// <summary>Behaves with the bound socket.</summary>
    public static HostileServer Udp(Action<Socket, Func<bool>> behave)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return new HostileServer(socket, behave);
    }

    private void Run(Action<Socket, Func<bool>> behave)
    {
        try
        {
            behave(_socket, () => _stopped);
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            // The test or the probe closed its end.
        }
    }

    public void Dispose()
    {
        _stopped = true;
        _socket.Dispose();
    }
}
