using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Appliance.Lab.Host;

namespace Appliance.Lab.Bench.Replica;

/// <summary>qemu's monitor protocol, as much as a measurement needs: commands one by one, and waiting for an event.</summary>
public sealed class QemuMonitor : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly StreamReader _lines;

    /// <summary>Connects and says hello.</summary>
    public QemuMonitor(string path)
    {
        _socket.Connect(new UnixDomainSocketEndPoint(path));
        _socket.ReceiveTimeout = (int)TimeSpan.FromMinutes(2).TotalMilliseconds;
        _lines = new StreamReader(new NetworkStream(_socket), Encoding.UTF8);
        _ = Next(); // The greeting.
        Ask("""{"execute":"qmp_capabilities"}""");
    }

    /// <summary>Sends a command and returns when it was carried out; a refusal ends the run with qemu's words.</summary>
    public void Ask(string command)
    {
        _socket.Send(Encoding.UTF8.GetBytes(command + "\n"));
        while (true)
        {
            using var answer = JsonDocument.Parse(Next());
            if (answer.RootElement.TryGetProperty("error", out var error)) throw new LabException($"qemu refused {command}: {error}");
            if (answer.RootElement.TryGetProperty("return", out _)) return;
        }
    }

    /// <summary>Returns when this event comes.</summary>
    public void Await(string name)
    {
        while (true)
        {
            using var news = JsonDocument.Parse(Next());
            if (news.RootElement.TryGetProperty("event", out var found) && found.GetString() == name) return;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _lines.Dispose();
        _socket.Dispose();
    }

    private string Next() => _lines.ReadLine() ?? throw new LabException("qemu's monitor closed the connection");
}
