using System.Net.Sockets;

namespace Appliance.Agent.Control;

/// <summary>Sends a line to a client that may be slow, for at most <see cref="ControlLimits.ReplyDeadline"/>.</summary>
public static class LineSender
{
    /// <summary>Bytes handed to the kernel at once, so that the deadline is looked at in between.</summary>
    private const int ChunkBytes = 16 << 10;

    /// <summary>False when the client is gone or does not read.</summary>
    /// <param name="socket">Blocking, with a send time-out.</param>
    /// <param name="json">Without the end of the line.</param>
    public static bool Send(Socket socket, byte[] json)
    {
        byte[] line = [.. json, (byte)'\n'];
        var until = Environment.TickCount64 + (long)ControlLimits.ReplyDeadline.TotalMilliseconds;
        try
        {
            for (var sent = 0; sent < line.Length;)
            {
                if (Environment.TickCount64 >= until) return false;
                sent += socket.Send(line.AsSpan(sent, Math.Min(ChunkBytes, line.Length - sent)));
            }

            return true;
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }
}
