using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Appliance.Drivers.Probes;

/// <summary>
/// A stream connection that is read line by line. Whatever the other side does, no step outlasts its deadline, and no more memory is
/// used than one buffer: a longer line, or more than <see cref="AnswerBytesMax"/> between two questions, is a fault.
/// </summary>
internal sealed class LineConnection : IDisposable
{
    /// <summary>Longest line, bytes.</summary>
    public const int LineBytesMax = 4096;

    /// <summary>Most that is read for one question, bytes: a thousand channels' states are under two million.</summary>
    public const int AnswerBytesMax = 8 << 20;

    private static readonly TimeSpan FullQueuePause = TimeSpan.FromMilliseconds(20);
    private readonly Socket _socket;
    private readonly string _peer;
    private readonly byte[] _buffer = new byte[LineBytesMax];
    private int _start;
    private int _end;
    private long _budget = AnswerBytesMax;

    private LineConnection(Socket socket, string peer) => (_socket, _peer) = (socket, peer);

    /// <param name="peer">For words, for example "127.0.0.1:5038".</param>
    /// <exception cref="ProbeFault">Nobody accepts; the message says what happened.</exception>
    public static LineConnection Open(EndPoint to, string peer, Deadline until)
    {
        var isLocal = to is UnixDomainSocketEndPoint;
        var socket = new Socket(to.AddressFamily, SocketType.Stream, isLocal ? ProtocolType.Unspecified : ProtocolType.Tcp);
        try
        {
            socket.Blocking = false;
            while (!TryConnect(socket, to, isLocal, peer, until)) Thread.Sleep(FullQueuePause);
            return new LineConnection(socket, peer);
        }
        catch (SocketException fault)
        {
            socket.Dispose();
            throw new ProbeFault($"{peer} does not accept a connection: {fault.Message}");
        }
        catch (ProbeFault)
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>From here on the next question's answer is counted.</summary>
    public void Send(string question, Deadline until)
    {
        _budget = AnswerBytesMax;
        var bytes = Encoding.UTF8.GetBytes(question);
        for (var sent = 0; sent < bytes.Length;)
        {
            if (!_socket.Poll(until.Left, SelectMode.SelectWrite))
                throw new ProbeFault($"{_peer} takes no question within {until.Span.TotalMilliseconds:0} ms");
            sent += _socket.Send(bytes, sent, bytes.Length - sent, SocketFlags.None, out var error);
            if (error is not (SocketError.Success or SocketError.WouldBlock))
                throw new ProbeFault($"{_peer} closed the connection ({error})") { Closed = true };
        }
    }

    /// <summary>The next line without its end; valid until the next call. False when the other side has closed.</summary>
    /// <param name="what">What is waited for, for words.</param>
    /// <exception cref="ProbeFault">Nothing by the deadline, an endless line, or a broken connection.</exception>
    public bool TryReadLine(string what, Deadline until, out ReadOnlySpan<byte> line)
    {
        while (true)
        {
            var read = _buffer.AsSpan(_start, _end - _start);
            var at = read.IndexOf((byte)'\n');
            if (at >= 0)
            {
                _start += at + 1;
                line = at > 0 && read[at - 1] == '\r' ? read[..(at - 1)] : read[..at];
                return true;
            }

            line = default;
            if (!Fill(what, until)) return false;
        }
    }

    /// <summary>As <see cref="TryReadLine"/>, where the end is too early.</summary>
    public ReadOnlySpan<byte> ReadLine(string what, Deadline until) =>
        TryReadLine(what, until, out var line) ? line
            : throw new ProbeFault($"{_peer} closed the connection instead of {what}") { Closed = true };

    public void Dispose() => _socket.Dispose();

    private bool Fill(string what, Deadline until)
    {
        if (_start > 0) _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        if (_end == _buffer.Length)
            throw new ProbeFault($"{_peer} sent a line of more than {LineBytesMax} bytes instead of {what}: something else listens there");
        if (_budget <= 0) throw new ProbeFault($"{_peer} sent more than {AnswerBytesMax >> 20} MiB and no {what}");
        // Not only when nothing comes: who sends without end must not keep us beyond the deadline either.
        if (until.Left == TimeSpan.Zero || !_socket.Poll(until.Left, SelectMode.SelectRead))
            throw new ProbeFault($"{_peer}: no {what} within {until.Span.TotalMilliseconds:0} ms");
        var count = _socket.Receive(_buffer, _end, _buffer.Length - _end, SocketFlags.None, out var error);
        if (error == SocketError.WouldBlock) return true;
        if (error != SocketError.Success) throw new ProbeFault($"{_peer} closed the connection ({error})") { Closed = true };
        _end += count;
        _budget -= count;
        return count > 0;
    }

    /// <summary>False: the queue of a local listener is full, which the kernel does not tell the end of; to be tried again.</summary>
    private static bool TryConnect(Socket socket, EndPoint to, bool isLocal, string peer, Deadline until)
    {
        try
        {
            socket.Connect(to);
            return true;
        }
        catch (SocketException pending) when (pending.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
        {
            if (until.Left == TimeSpan.Zero || (!isLocal && !socket.Poll(until.Left, SelectMode.SelectWrite)))
                throw new ProbeFault($"{peer} does not accept a connection within {until.Span.TotalMilliseconds:0} ms");
            if (isLocal) return false;
            var error = (SocketError)(int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)!;
            return error == SocketError.Success ? true : throw new ProbeFault($"{peer} does not accept a connection ({error})");
        }
    }
}
