using System.Net.Sockets;
using System.Text.Json;
using Appliance.Agent.Control;
using Appliance.Agent.Replica.Process;
using Appliance.Agent.Status;

namespace Appliance.Agent.Replica.Control;

/// <summary>One client of a replica's control socket, on a thread of its own.</summary>
internal sealed class ReplicaSession(Socket socket, IReplicaControl replica, Func<bool> stopping)
{
    /// <summary>How soon a client that closes is noticed while we wait for news.</summary>
    private static readonly TimeSpan LookAround = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan StatusPatience = TimeSpan.FromSeconds(2);

    private readonly SocketLines _lines = new(socket, ControlLimits.RequestBytesMax);

    /// <summary>Serves until the client is done.</summary>
    public void Run() => _lines.Serve(stopping, line => Serve(line.Span), words => Send(ReplicaReply.Refused(words)));

    /// <summary>Reads a request. Null and an error when it is none.</summary>
    public static ReplicaRequest? Parse(ReadOnlySpan<byte> line, out string error) =>
        RequestText.Parse(line, ReplicaRequestJson.Strict.ReplicaRequest, static request => request.Command, out error);

    /// <summary>False when the client is gone or does not read.</summary>
    private bool Serve(ReadOnlySpan<byte> line)
    {
        var request = Parse(line, out var error);
        if (request is null) return Send(ReplicaReply.Refused(error));
        var bare = request is { Order: null, Arguments: null };
        return request.Command switch
        {
            ReplicaCommands.Order => Send(replica.Execute(request.Order ?? "", request.Arguments)),
            ReplicaCommands.Status when bare => Send(Status()),
            ReplicaCommands.Watch when bare => Watch(),
            ReplicaCommands.Status or ReplicaCommands.Watch => Send(ReplicaReply.Refused($"{request.Command} takes no arguments")),
            _ => Send(ReplicaReply.Refused(
                $"the replica knows no command '{Words.Clean(request.Command!)}'; are both of the same version?")),
        };
    }

    private ReplicaReply Status() => replica.Board.Ask(StatusPatience) is { } status
        ? status
        : ReplicaReply.Refused($"the replica did not answer within {StatusPatience.TotalSeconds:0} s: it hangs or is overloaded");

    /// <summary>Goes on until the client closes its side or says anything.</summary>
    private bool Watch()
    {
        var board = replica.Board;
        board.Watch();
        try
        {
            Follow(board);
        }
        finally
        {
            board.Unwatch();
        }

        return false;
    }

    private void Follow(StatusBoard board)
    {
        var (serial, spoken, news) = (board.Serial, 0L, new List<ReplicaNews>());
        ReplicaWatch? seen = null;
        board.Ask(StatusPatience);
        while (!stopping() && !_lines.Readable(TimeSpan.Zero))
        {
            var changed = board.Wait(ref seen, ref serial, LookAround, news);
            foreach (var item in news)
                if (!Send(new ReplicaReply(true, News: item))) return;
            news.Clear();
            if (seen is null || (!changed && Environment.TickCount64 - spoken < ReplicaControl.WatchPeriod.TotalMilliseconds)) continue;
            if (!Send(new ReplicaReply(true, Watch: seen))) return;
            spoken = Environment.TickCount64;
        }
    }

    private bool Send(ReplicaReply reply) =>
        LineSender.Send(socket, JsonSerializer.SerializeToUtf8Bytes(reply, ReplicaReplyJson.Readable.ReplicaReply));
}
