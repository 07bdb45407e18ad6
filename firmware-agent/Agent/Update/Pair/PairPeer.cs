using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Appliance.Core.Update;

namespace Appliance.Agent.Update.Pair;

/// <summary>The other node, asked over the network: one connection a question.</summary>
internal sealed class PairPeer(PairAddress address) : IPairNode
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan SendPatience = TimeSpan.FromMinutes(1);

    /// <summary>Writing and reading back a slot of a slow flash disk.</summary>
    private static readonly TimeSpan WritePatience = TimeSpan.FromMinutes(20);

    /// <summary>How it stands; not reached: <see cref="PairNode.Reached"/> is false and the sentence says why.</summary>
    public PairNode Look(out string problem)
    {
        var nobody = new PairNode(false, "", SlotPhase.Settled, "", false);
        if (Ask("status", null, Patience, out problem) is not { } answer) return nobody;
        var words = answer.Split(' ');
        if (words.Length == 3 && UpdateVersion.Read(words[0]) is not null)
            for (var phase = SlotPhase.Settled; phase <= SlotPhase.Stray; phase++)
                if (words[1] == PairServer.Word(phase)) return new PairNode(true, words[0], phase, words[2] == "-" ? "" : words[2], false);
        problem = "the other node's answer is not understood: is it of another version?";
        return nobody;
    }

    /// <summary>Sends the file and has it written into the slot that does not run there. Null: it was.</summary>
    public string? Write(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            var order = string.Create(CultureInfo.InvariantCulture, $"write {file.Length}");
            return Ask(order, file, WritePatience, out var problem) is null ? problem : null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return $"{path}: {fault.Message}";
        }
    }

    /// <summary>Null: it reboots.</summary>
    public string? Reboot() => Ask("reboot", null, Patience, out var problem) is null ? problem : null;

    /// <summary>What follows the "ok" of its answer; null and a sentence.</summary>
    private string? Ask(string order, Stream? file, TimeSpan patience, out string problem)
    {
        var socket = new Socket(address.Peer.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
        {
            SendTimeout = (int)Patience.TotalMilliseconds, ReceiveTimeout = (int)Patience.TotalMilliseconds,
        };
        try
        {
            socket.Bind(new IPEndPoint(address.Own.Address, 0)); // The other node hears only this one's address.
            if (!socket.ConnectAsync(address.Peer).Wait(Patience)) throw new IOException("no answer");
            using var channel = PairChannel.Greet(socket, address.Greeting, out problem);
            if (channel is null) return null;
            channel.Send(Encoding.UTF8.GetBytes(order));
            socket.SendTimeout = (int)SendPatience.TotalMilliseconds;
            if (file is not null) Send(channel, file);
            socket.ReceiveTimeout = (int)patience.TotalMilliseconds;
            var answer = Encoding.UTF8.GetString(channel.Receive());
            problem = answer.StartsWith("no ", StringComparison.Ordinal) ? answer[3..] : "";
            return answer.StartsWith("ok ", StringComparison.Ordinal) ? answer[3..] : null;
        }
        catch (Exception fault) when (fault is IOException or SocketException or AggregateException)
        {
            problem = $"{address.Peer} (TCP) does not answer: {fault.GetBaseException().Message}; is appliance-update-peer.service running "
                + "there, is the port open?";
            return null;
        }
        finally
        {
            socket.Dispose();
        }
    }

    private static void Send(PairChannel channel, Stream file)
    {
        var buffer = new byte[PairChannel.MessageBytesMax];
        for (int got; (got = file.Read(buffer)) > 0;) channel.Send(buffer.AsSpan(0, got));
    }
}
