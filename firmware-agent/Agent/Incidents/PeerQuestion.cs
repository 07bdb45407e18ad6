using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Appliance.Agent.Control;
using Appliance.Agent.Update.Pair;

namespace Appliance.Agent.Incidents;

/// <summary>Asks the peer's agent for its half: one connection a question, every wait bounded.</summary>
internal sealed class PeerQuestion(Func<PairAddress?> addressOf)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Its half of a span; null and a sentence.</summary>
    /// <param name="beginAge">How long ago the incident began, milliseconds.</param>
    /// <param name="endAge">How long ago it ended; 0: it is open.</param>
    /// <param name="id">Of our record: the peer knows by it that we mean the same one again.</param>
    public PeerHalf? Ask(long beginAge, long endAge, string id, out string problem)
    {
        problem = "the nodes talk about incidents on the first heartbeat link of type \"unicast\", and the configuration has none";
        if (addressOf() is not { } address) return null;
        var socket = new Socket(address.Peer.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
        {
            SendTimeout = (int)Patience.TotalMilliseconds, ReceiveTimeout = (int)Patience.TotalMilliseconds,
        };
        try
        {
            socket.Bind(new IPEndPoint(address.Own.Address, 0)); // The peer hears only this node's address.
            if (!socket.ConnectAsync(address.Peer).Wait(Patience)) throw new IOException("no answer");
            using var channel = PairChannel.Greet(socket, address.Greeting, out problem);
            if (channel is null) return null;
            channel.Send(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"incident {beginAge} {endAge} {id}")));
            return Read(channel.Receive(), out problem);
        }
        catch (Exception fault) when (fault is IOException or SocketException or AggregateException)
        {
            problem = $"{address.Peer} (TCP) does not answer: {fault.GetBaseException().Message}; is the port open?";
            return null;
        }
        finally
        {
            socket.Dispose();
        }
    }

    private static PeerHalf? Read(ReadOnlySpan<byte> answer, out string problem)
    {
        problem = "the peer's answer is not understood: is it of another release?";
        try
        {
            return JsonSerializer.Deserialize(answer, ControlJson.Readable.PeerHalf) is { IsWhole: true } half ? half : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
