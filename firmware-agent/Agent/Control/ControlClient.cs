using System.Net.Sockets;
using System.Text.Json;

namespace Appliance.Agent.Control;

/// <summary>The commands' side of the control socket.</summary>
public sealed class ControlClient : IDisposable
{
    /// <summary>A little longer than the agent takes to say that it did not finish.</summary>
    private static readonly TimeSpan Patience = ControlLimits.ReplyDeadline + TimeSpan.FromSeconds(2);

    private readonly Socket _socket;
    private readonly SocketLines _lines;

    private ControlClient(Socket socket)
    {
        _socket = socket;
        _lines = new SocketLines(socket, ControlLimits.ReplyBytesMax);
    }

    /// <summary>Null and a sentence for the operator when the agent cannot be reached.</summary>
    public static ControlClient? Connect(string path, out string error)
    {
        var socket = UnixSocket.Connect(path, Patience, out var fault);
        error = fault is null ? "" : UnixSocket.Forbidden(path, fault) ?? Explain(path, fault);
        return socket is null ? null : new ControlClient(socket);
    }

    private static string Explain(string path, Exception world) => world switch
    {
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } =>
            $"the agent is not running: nobody listens on {path}; see 'systemctl status appliance-agent'",
        SocketException { SocketErrorCode: SocketError.TimedOut or SocketError.WouldBlock } =>
            $"the agent does not take the connection on {path}: it hangs or is overloaded; see 'systemctl status appliance-agent'",
        SocketException when !Path.Exists(path) =>
            $"the agent is not running: {path} does not exist; start it with 'systemctl start appliance-agent'",
        _ => $"cannot reach the agent on {path}: {world.Message}",
    };

    /// <summary>Sends a request. False when the agent is gone.</summary>
    public bool Send(ControlRequest request) => UnixSocket.Send(_socket, request, RequestJson.Strict.ControlRequest);

    /// <summary>The next reply. Null and a sentence when there is none.</summary>
    /// <param name="patience">Null: the usual time.</param>
    public ControlReply? Receive(out string error, TimeSpan? patience = null)
    {
        error = "";
        switch (_lines.Read(patience ?? Patience, out var line))
        {
            case LineEnd.Line:
                return Parse(line.Span, out error);
            case LineEnd.Closed:
                error = "the agent closed the connection (is it being restarted?)";
                return null;
            case LineEnd.TooLate:
                var waited = (patience ?? Patience).TotalSeconds;
                error = $"the agent did not answer within {waited:0} s; see 'systemctl status appliance-agent'";
                return null;
            default:
                error = $"the agent's answer is longer than {ControlLimits.ReplyBytesMax} bytes";
                return null;
        }
    }

    private static ControlReply? Parse(ReadOnlySpan<byte> line, out string error)
    {
        error = "";
        try
        {
            if (JsonSerializer.Deserialize(line, ControlJson.Readable.ControlReply) is { } reply) return reply;
            error = "the agent's answer is empty";
        }
        catch (JsonException garbage)
        {
            error = $"the agent's answer is not understood (is it of another version?): {garbage.Message}";
        }

        return null;
    }

    /// <summary>One request, one reply. An agent out of reach is a reply that says so, and <paramref name="reached"/> false.</summary>
    public static ControlReply Ask(string path, ControlRequest request, out bool reached)
    {
        reached = false;
        using var client = Connect(path, out var error);
        if (client is null) return ControlReply.Refused(error);
        // The agent may refuse and close before it reads: its sentence is worth more than our broken pipe.
        client.Send(request);
        var reply = client.Receive(out error);
        reached = reply is not null;
        return reply ?? ControlReply.Refused(error);
    }

    /// <summary>True when something can be read or the agent is gone.</summary>
    public bool Readable(TimeSpan pause) => _lines.Readable(pause);

    public void Dispose() => _socket.Dispose();
}
