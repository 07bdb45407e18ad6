using System.Net.Sockets;
using System.Text.Json;
using Appliance.Agent.Control;

namespace Appliance.Agent.Lines;

/// <summary>A client's side of a keeper's socket. It connects when it is needed and again after every fault. One thread.</summary>
public sealed class KeeperSocket(string path) : IDisposable
{
    private Socket? _socket;
    private SocketLines? _lines;

    /// <summary>One request, one reply. A keeper out of reach is null, with a sentence.</summary>
    public LineReply? Ask(LineRequest request, out string error)
    {
        for (var attempt = 0; ; attempt++)
        {
            // A connection that was closed while nobody looked is worth a second try; one that was just made is not.
            var isFresh = _socket is null;
            if (!Connect(out error)) return null;
            var reply = Send(request) ? Receive(out error) : null;
            if (reply is not null) return reply;
            if (error.Length == 0) error = $"the keeper closed the connection on {path} (is it being restarted?)";
            Dispose();
            if (isFresh || attempt > 0) return null;
        }
    }

    /// <summary>One request over a connection of its own.</summary>
    public static LineReply Once(string path, LineRequest request, out bool reached)
    {
        using var socket = new KeeperSocket(path);
        var reply = socket.Ask(request, out var error);
        reached = reply is not null;
        return reply ?? LineReply.Refused(error);
    }

    public void Dispose()
    {
        _socket?.Dispose();
        (_socket, _lines) = (null, null);
    }

    private bool Connect(out string error)
    {
        error = "";
        if (_socket is not null) return true;
        if (UnixSocket.Connect(path, LineControl.Patience, out var fault) is { } socket)
        {
            (_socket, _lines) = (socket, new SocketLines(socket, ControlLimits.ReplyBytesMax));
            return true;
        }

        error = Explain(fault!);
        return false;
    }

    private bool Send(LineRequest request) => UnixSocket.Send(_socket!, request, LineRequestJson.Strict.LineRequest);

    private LineReply? Receive(out string error)
    {
        error = "";
        switch (_lines!.Read(LineControl.Patience, out var line))
        {
            case LineEnd.Line:
                return Parse(line.Span, out error);
            case LineEnd.TooLate:
                error = $"the keeper did not answer within {LineControl.Patience.TotalSeconds:0.#} s";
                return null;
            case LineEnd.TooLong:
                error = $"the keeper's answer is longer than {ControlLimits.ReplyBytesMax} bytes";
                return null;
            default:
                return null;
        }
    }

    private static LineReply? Parse(ReadOnlySpan<byte> line, out string error)
    {
        error = "the keeper's answer is empty";
        try
        {
            return JsonSerializer.Deserialize(line, LineReplyJson.Readable.LineReply);
        }
        catch (JsonException garbage)
        {
            error = $"the keeper's answer is not understood (is it of another version?): {garbage.Message}";
            return null;
        }
    }

    private string Explain(Exception world)
    {
        if (UnixSocket.Forbidden(path, world) is { } forbidden) return forbidden;
        var file = Path.GetFileNameWithoutExtension(path);
        var name = file.StartsWith("relay-", StringComparison.Ordinal) ? file["relay-".Length..] : "NAME";
        return $"the keeper is not there: nobody listens on {path}; see 'systemctl status {LineControl.UnitOf(name)}'";
    }
}
