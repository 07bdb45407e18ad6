using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Appliance.Core.Wire;

namespace Appliance.Agent.Tests.Heartbeat;

/// <summary>Everything that a heartbeat port must refuse.</summary>
internal static class Hostile
{
    /// <summary>Sends all kinds in turn for a while; returns how many datagrams.</summary>
    public static long Flood(IPEndPoint target, TimeSpan duration)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        var kinds = Kinds();
        var random = new Random(1);
        var watch = Stopwatch.StartNew();
        var sent = 0L;
        while (watch.Elapsed < duration)
        {
            var datagram = kinds[sent % kinds.Length];
            if (sent % 97 == 0) random.NextBytes(datagram = new byte[random.Next(1400)]);
            socket.SendTo(datagram, target);
            sent++;
        }

        return sent;
    }

    private static byte[][] Kinds()
    {
        var cluster = ClusterId.Of("test");
        var good = Frame(cluster, Speaker.Keys());
        byte[] otherVersion = [good[0], good[1], 99, .. good[3..]];
        return
        [
            [], good[..1], good[..30], [.. good, 0], new byte[513], new byte[1400], new byte[100], otherVersion,
            Frame(ClusterId.Of("other"), Speaker.Keys()), Frame(cluster, Speaker.Keys(id: 3)), Frame(cluster, Speaker.Keys(fill: 9)),
        ];
    }

    private static byte[] Frame(uint cluster, KeySet keys)
    {
        var frame = new byte[FrameLayout.FrameSizeMax];
        var said = Speaker.Some(1) with { Incarnation = 1000, Sequence = 1_000_000 };
        return frame[..new Authenticator(cluster, keys).Seal(frame, HeartbeatCodec.Encode(said, cluster, frame))];
    }
}
