using System.Net.Sockets;
using System.Text.Json;
using Appliance.Agent.Control;
using Appliance.Agent.Status;

namespace Appliance.Agent.Lines;

/// <summary>One client of a keeper, on a thread of its own.</summary>
internal sealed class KeeperSession(Socket socket, RelayKeeper keeper, Func<bool> stopping)
{
    private const int RequestBytesMax = 4096;
    private bool _holder;

    /// <summary>Serves until the client is done.</summary>
    public void Run()
    {
        var lines = new SocketLines(socket, RequestBytesMax);
        lines.Serve(stopping, line => Serve(line.Span), words => Send(LineReply.Refused(words)));
        if (_holder) keeper.Gone();
    }

    /// <summary>Reads a request. Null and an error when it is none.</summary>
    public static LineRequest? Parse(ReadOnlySpan<byte> line, out string error) =>
        RequestText.Parse(line, LineRequestJson.Strict.LineRequest, static request => request.Command, out error);

    private bool Serve(ReadOnlySpan<byte> line) => Parse(line, out var error) is { } request
        ? Send(keeper.Execute(request, ref _holder))
        : Send(LineReply.Refused(error));

    private bool Send(LineReply reply) =>
        LineSender.Send(socket, JsonSerializer.SerializeToUtf8Bytes(reply, LineReplyJson.Readable.LineReply));
}
