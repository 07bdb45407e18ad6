using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Appliance.Drivers.Relay.Network;

/// <summary>Asks bero*fos boxes who they are, by beroNet's datagrams. Switches nothing, needs no login.</summary>
public static class BerofosQuestion
{
    private const int AnswersMax = 64;

    /// <summary>Asks one box, or with a broadcast address all on the segment, and listens until the time is over or the one has
    /// answered.</summary>
    /// <param name="address">IPv4.</param>
    /// <param name="patience">How long answers are waited for.</param>
    /// <param name="port">Only twins have another one.</param>
    /// <returns>Who answered; empty: nobody, or the network does not reach that far.</returns>
    public static IReadOnlyList<BerofosIdentity> Ask(IPAddress address, TimeSpan patience, int port = GblFrames.Port)
    {
        var found = new List<BerofosIdentity>();
        var isBroadcast = address.Equals(IPAddress.Broadcast);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { EnableBroadcast = isBroadcast };
        var clock = Stopwatch.StartNew();
        try
        {
            socket.SendTo(GblFrames.Make(GblFrames.GetIdentity), new IPEndPoint(address, port));
            while (patience - clock.Elapsed is { Ticks: > 0 } left && found.Count < AnswersMax)
            {
                if (!socket.Poll(left, SelectMode.SelectRead)) break;
                if (Receive(socket) is not { } box) continue;
                found.Add(box);
                if (!isBroadcast) break;
            }
        }
        catch (SocketException)
        {
            // No route, or nobody listens there: nobody answered.
        }

        return found;
    }

    private static BerofosIdentity? Receive(Socket socket)
    {
        var frame = new byte[512];
        var count = socket.Receive(frame);
        return GblFrames.TryPayload(frame.AsSpan(0, count), GblFrames.GetIdentity, out var payload) && GblFrames.Identity(payload) is
            { IsFos: true } box ? box : null;
    }
}
