using System.Net.Sockets;
using System.Text.Json;
using Appliance.Agent.Control;
using Appliance.Agent.Replica.Control;

namespace Appliance.Agent.Replica.Client;

/// <summary>One connection to a replica's process. One thread.</summary>
public sealed class ReplicaSocket : IDisposable
{
    private static readonly TimeSpan SendTimeout = TimeSpan.FromSeconds(2);
    private readonly Socket _socket;
    private readonly SocketLines _lines;

    private ReplicaSocket(Socket socket)
    {
        _socket = socket;
        _lines = new SocketLines(socket, ControlLimits.ReplyBytesMax);
    }

    /// <summary>Null and a sentence when nobody is there.</summary>
    public static ReplicaSocket? Connect(string path, out string error)
    {
        var socket = UnixSocket.Connect(path, SendTimeout, out var fault);
        error = fault is null ? "" : Explain(path, fault);
        return socket is null ? null : new ReplicaSocket(socket);
    }

    /// <summary>False when the process is gone.</summary>
    public bool Send(ReplicaRequest request) => UnixSocket.Send(_socket, request, ReplicaRequestJson.Strict.ReplicaRequest);

    /// <summary>The next line. Null and a sentence when there is none.</summary>
    public ReplicaReply? Receive(TimeSpan patience, out string error)
    {
        error = "";
        switch (_lines.Read(patience, out var line))
        {
            case LineEnd.Line:
                return Parse(line.Span, out error);
            case LineEnd.Closed:
                error = "the replica's process closed the connection (is it being restarted?)";
                return null;
            case LineEnd.TooLate:
                error = $"the replica's process did not answer within {patience.TotalSeconds:0.#} s";
                return null;
            default:
                error = $"the answer of the replica's process is longer than {ControlLimits.ReplyBytesMax} bytes";
                return null;
        }
    }

    /// <summary>One request, one reply. A process out of reach is a reply that says so, and <paramref name="reached"/> false.</summary>
    public static ReplicaReply Ask(string path, ReplicaRequest request, TimeSpan patience, out bool reached)
    {
        reached = false;
        using var socket = Connect(path, out var error);
        if (socket is null) return ReplicaReply.Refused(error);
        socket.Send(request);
        var reply = socket.Receive(patience, out error);
        reached = reply is not null;
        return reply ?? ReplicaReply.Refused(error);
    }

    /// <summary>From another thread: whoever reads finds the connection closed.</summary>
    public void Abort()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // It is closed already, which is what was wanted.
        }
    }

    public void Dispose() => _socket.Dispose();

    private static ReplicaReply? Parse(ReadOnlySpan<byte> line, out string error)
    {
        error = "";
        try
        {
            if (JsonSerializer.Deserialize(line, ReplicaReplyJson.Readable.ReplicaReply) is { } reply) return reply;
            error = "the answer of the replica's process is empty";
        }
        catch (JsonException garbage)
        {
            error = $"the answer of the replica's process is not understood (is it of another version?): {garbage.Message}";
        }

        return null;
    }

    private static string Explain(string path, Exception world) => UnixSocket.Forbidden(path, world)
        ?? $"the replica's process is not there: nobody listens on {path}; see 'systemctl status {Unit(path)}'";

    private static string Unit(string path)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        return name.StartsWith("replica-", StringComparison.Ordinal) ? ReplicaUnit.Of(name["replica-".Length..]) : "appliance-replica@NAME";
    }
}

/// <summary>The systemd unit of a replica's process.</summary>
public static class ReplicaUnit
{
    public static string Of(string replica) => $"appliance-replica@{replica}.service";
}
