using System.Net.Sockets;
using System.Text;
using Appliance.Agent.Control;

namespace Appliance.Agent.Tests.Control;

/// <summary>A server on a socket of its own in a fresh directory.</summary>
internal sealed class SocketFixture : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("appliance-control-").FullName;
    private ControlServer _server;

    public SocketFixture()
    {
        Path = System.IO.Path.Combine(_directory, "agent.sock");
        _server = Serve();
    }

    public string Path { get; }

    public FakeAgent Agent { get; } = new();

    /// <summary>What the server called its own bugs. Must stay empty.</summary>
    public List<Exception> Bugs { get; } = [];

    public ControlReply Ask(ControlRequest request) => ControlClient.Ask(Path, request, out _);

    public Socket Connect()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { ReceiveTimeout = 15_000 };
        socket.Connect(new UnixDomainSocketEndPoint(Path));
        return socket;
    }

    /// <summary>Sends raw text and reads one line; null when the server closed without one.</summary>
    public static string? Exchange(Socket socket, string text)
    {
        socket.Send(Encoding.UTF8.GetBytes(text));
        return ReadLine(socket);
    }

    public static string? ReadLine(Socket socket)
    {
        var line = new List<byte>();
        var one = new byte[1];
        while (Receive(socket, one) == 1)
        {
            if (one[0] == '\n') return Encoding.UTF8.GetString([.. line]);
            line.Add(one[0]);
        }

        return null;
    }

    /// <summary>A server that closes with our bytes unread resets: that is a close, too.</summary>
    private static int Receive(Socket socket, byte[] buffer)
    {
        try
        {
            return socket.Receive(buffer);
        }
        catch (SocketException gone) when (gone.SocketErrorCode == SocketError.ConnectionReset)
        {
            return 0;
        }
    }

    private ControlServer Serve() =>
        ControlServer.Start(Path, Agent, bug => Bugs.Add(bug), out var error) ?? throw new InvalidOperationException(error);

    public void StopServer() => _server.Dispose();

    public void StartAgain() => _server = Serve();

    public void Dispose()
    {
        _server.Dispose();
        Directory.Delete(_directory, recursive: true);
    }
}
