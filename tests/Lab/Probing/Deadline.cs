using System.Diagnostics;
using System.Net.Sockets;

namespace Appliance.Lab.Probing;

/// <summary>
/// What is left of one attempt's time. All waiting of a probe goes through it, so that no attempt takes longer than its limit.
/// </summary>
public readonly struct Deadline(TimeSpan limit)
{
    private readonly long _end = Stopwatch.GetTimestamp() + (long)(limit.TotalSeconds * Stopwatch.Frequency);

    /// <summary>The time left, never negative.</summary>
    public TimeSpan Left => TimeSpan.FromSeconds(Math.Max(0, _end - Stopwatch.GetTimestamp()) / (double)Stopwatch.Frequency);

    /// <summary>Connects within the time left; false when it did not work out.</summary>
    public bool TryConnect(Socket socket, System.Net.EndPoint to, out SocketError error)
    {
        socket.Blocking = false;
        try
        {
            socket.Connect(to);
            error = SocketError.Success;
            return true;
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
        {
            // On its way.
        }
        catch (SocketException exception)
        {
            error = exception.SocketErrorCode;
            return false;
        }
        if (!socket.Poll(Left, SelectMode.SelectWrite))
        {
            error = SocketError.TimedOut;
            return false;
        }
        error = (SocketError)(int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)!;
        return error == SocketError.Success;
    }

    /// <summary>Fills the buffer within the time left.</summary>
    public void ReadExactly(Socket socket, Span<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            if (!socket.Poll(Left, SelectMode.SelectRead)) throw new SocketException((int)SocketError.TimedOut);
            var count = socket.Receive(buffer);
            if (count == 0) throw new SocketException((int)SocketError.ConnectionReset);
            buffer = buffer[count..];
        }
    }
}
