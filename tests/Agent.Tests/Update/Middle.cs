using System.Net;
using System.Net.Sockets;

namespace Appliance.Agent.Tests.Update;

/// <summary>Somebody between two nodes who flips one bit of what the caller sends.</summary>
internal sealed class Middle : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Thread _thread;

    /// <param name="to">The real server; it is called from 127.0.0.1.</param>
    /// <param name="flipAt">Byte of the caller's stream whose lowest bit is flipped.</param>
    public Middle(IPEndPoint to, int flipAt)
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(1);
        At = (IPEndPoint)_listener.LocalEndPoint!;
        _thread = new Thread(() => Run(to, flipAt)) { IsBackground = true };
        _thread.Start();
    }

    public IPEndPoint At { get; }

    /// <summary>The byte came by.</summary>
    public bool Changed { get; private set; }

    public void Dispose()
    {
        _listener.Dispose();
        _thread.Join();
    }

    private void Run(IPEndPoint to, int flipAt)
    {
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            using var caller = _listener.Accept();
            server.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            server.Connect(to);
            var back = new Thread(() => Carry(server, caller, -1)) { IsBackground = true };
            back.Start();
            Carry(caller, server, flipAt);
            back.Join();
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            return; // The test is over.
        }
    }

    private void Carry(Socket from, Socket to, int flipAt)
    {
        var buffer = new byte[4096];
        var seen = 0;
        try
        {
            for (int got; (got = from.Receive(buffer)) > 0; seen += got)
            {
                if (flipAt >= seen && flipAt < seen + got)
                {
                    buffer[flipAt - seen] ^= 1;
                    Changed = true;
                }

                to.Send(buffer, got, SocketFlags.None);
            }
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            seen = -1; // Either side hung up: so does the other.
        }

        to.Close();
        from.Close();
    }
}
