using System.Net.Sockets;

namespace Appliance.Agent.Control;

/// <summary>How reading a line ended.</summary>
public enum LineEnd
{
    /// <summary>A whole line.</summary>
    Line,

    /// <summary>The other side closed; what came without a line end is dropped.</summary>
    Closed,

    /// <summary>No line end within the bound.</summary>
    TooLong,

    /// <summary>No line end within the deadline.</summary>
    TooLate,
}

/// <summary>Reads lines from a blocking stream socket, bounded in length and in time. One thread.</summary>
/// <param name="socket">Not owned.</param>
/// <param name="bytesMax">Longest line without its end.</param>
public sealed class SocketLines(Socket socket, int bytesMax)
{
    private byte[] _buffer = new byte[Math.Min(4096, bytesMax + 1)];
    private int _start;
    private int _end;

    /// <summary>The next line, valid until the next call. Errors of the socket count as Closed.</summary>
    public LineEnd Read(TimeSpan deadline, out ReadOnlyMemory<byte> line)
    {
        line = default;
        var until = Environment.TickCount64 + (long)deadline.TotalMilliseconds;
        var searched = _start;
        while (true)
        {
            var found = _buffer.AsSpan(searched, _end - searched).IndexOf((byte)'\n');
            if (found >= 0) return Take(searched + found, out line);
            searched = _end;
            if (_end - _start > bytesMax) return LineEnd.TooLong;
            searched -= MakeRoom();
            var left = until - Environment.TickCount64;
            if (left <= 0 || !Arrives(TimeSpan.FromMilliseconds(left))) return LineEnd.TooLate;
            if (Receive() == 0) return LineEnd.Closed;
        }
    }

    /// <summary>Serves requests, one a line, until the client is done or breaks a bound of <see cref="ControlLimits"/>.</summary>
    /// <param name="serve">Answers one request; false when the client is gone.</param>
    /// <param name="refuse">Says why nothing more is read.</param>
    public void Serve(Func<bool> stopping, Func<ReadOnlyMemory<byte>, bool> serve, Action<string> refuse)
    {
        while (!stopping())
        {
            switch (Read(ControlLimits.RequestDeadline, out var line))
            {
                case LineEnd.Line when serve(line):
                    continue;
                case LineEnd.TooLong:
                    refuse($"the request is longer than {bytesMax} bytes");
                    return;
                case LineEnd.TooLate:
                    refuse($"no request within {ControlLimits.RequestDeadline.TotalSeconds:0} s");
                    return;
                default:
                    return;
            }
        }
    }

    /// <summary>True when a line is already here, or the other side has sent something or closed within the pause.</summary>
    public bool Readable(TimeSpan pause) => _buffer.AsSpan(_start, _end - _start).Contains((byte)'\n') || Arrives(pause);

    private bool Arrives(TimeSpan pause)
    {
        try
        {
            return socket.Poll(pause, SelectMode.SelectRead);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            return true;
        }
    }

    private LineEnd Take(int end, out ReadOnlyMemory<byte> line)
    {
        line = _buffer.AsMemory(_start, end - _start);
        _start = end + 1;
        return line.Length > bytesMax ? LineEnd.TooLong : LineEnd.Line;
    }

    /// <summary>Moves what is left to the front, grows up to the bound. Returns how far it moved.</summary>
    private int MakeRoom()
    {
        var moved = 0;
        if (_start > 0)
        {
            moved = _start;
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length) Array.Resize(ref _buffer, Math.Min(_buffer.Length * 2, bytesMax + 1));
        return moved;
    }

    private int Receive()
    {
        try
        {
            var count = socket.Receive(_buffer.AsSpan(_end));
            _end += count;
            return count;
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            return 0;
        }
    }
}
