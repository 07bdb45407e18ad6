using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Appliance.Core.Update;

namespace Appliance.Agent.Update.Pair;

/// <summary>Answers the other node: how this one stands, and writes and reboots it when told. One connection at a time, each
/// bounded.</summary>
/// <param name="node">What is asked of this node.</param>
/// <param name="store">Where an update that arrives is kept.</param>
/// <param name="tell">For the journal.</param>
internal sealed class PairServer(PairAddress address, IPairNode node, string store, Action<string> tell) : IDisposable
{
    private const int StrangerPatienceMs = 10_000;

    private static readonly TimeSpan LookPause = TimeSpan.FromSeconds(1);

    /// <summary>Slow disks on both sides.</summary>
    private const int PeerPatienceMs = 60_000;

    private readonly Socket _listener = new(address.Own.AddressFamily, SocketType.Stream, ProtocolType.Tcp);

    /// <summary>In the answer to "status".</summary>
    public static string Word(SlotPhase phase) => phase switch
    {
        SlotPhase.Settled => "settled",
        SlotPhase.Staged => "staged",
        SlotPhase.OnTrial => "on-trial",
        SlotPhase.FellBack => "fell-back",
        _ => "stray",
    };

    /// <summary>Where it listens.</summary>
    public IPEndPoint Open()
    {
        _listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        _listener.Bind(address.Own);
        _listener.Listen(4);
        return (IPEndPoint)_listener.LocalEndPoint!;
    }

    /// <summary>Serves until it is disposed, or what it serves with is no longer what the node is configured with.</summary>
    /// <param name="isCurrent">Asked between two callers, at least every <see cref="LookPause"/>.</param>
    public void Run(Func<bool> isCurrent)
    {
        while (isCurrent())
        {
            Socket caller;
            try
            {
                if (!_listener.Poll(LookPause, SelectMode.SelectRead)) continue;
                caller = _listener.Accept();
            }
            catch (Exception end) when (end is SocketException or ObjectDisposedException)
            {
                return;
            }

            using (caller) Serve(caller);
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Serve(Socket caller)
    {
        (caller.SendTimeout, caller.ReceiveTimeout) = (StrangerPatienceMs, StrangerPatienceMs);
        // Whoever calls from elsewhere is hung up on before a word is said.
        if (From(caller) is not { } from || !from.Address.Equals(address.Peer.Address)) return;
        using var channel = PairChannel.Greet(caller, address.Greeting, out var problem);
        if (channel is null)
        {
            tell($"{from.Address} asked about updates and was refused: {problem}");
            return;
        }

        (caller.SendTimeout, caller.ReceiveTimeout) = (PeerPatienceMs, PeerPatienceMs);
        try
        {
            var order = Encoding.UTF8.GetString(channel.Receive());
            var fault = Obey(channel, order, out var answer);
            if (order != "status") tell($"the other node ordered \"{order}\": {fault ?? "done"}");
            channel.Send(Encoding.UTF8.GetBytes(fault is null ? $"ok {answer}" : $"no {fault}"));
        }
        catch (Exception gone) when (gone is IOException or SocketException)
        {
            tell($"the other node was lost in the middle of its order: {gone.Message}");
        }
    }

    /// <summary>Null: it has hung up already.</summary>
    private static IPEndPoint? From(Socket caller)
    {
        try
        {
            return caller.RemoteEndPoint as IPEndPoint;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    private string? Obey(PairChannel channel, string order, out string answer)
    {
        answer = "done";
        switch (order)
        {
            case "status":
                var here = node.Look(out var problem);
                answer = $"{here.Version} {Word(here.Phase)} {(here.Waiting.Length > 0 ? here.Waiting : "-")}";
                return here.Reached ? null : problem;
            case "reboot":
                return node.Reboot();
            default:
                const string write = "write ";
                return order.StartsWith(write, StringComparison.Ordinal)
                    && long.TryParse(order.AsSpan(write.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var length)
                    ? Take(channel, length) ?? node.Write(store) : "the order is unknown to this release";
        }
    }

    /// <summary>Null: the file is here. What cannot be kept is heard to its end all the same, so that the other node hears why.</summary>
    private string? Take(PairChannel channel, long length)
    {
        FileStream? file = null;
        var fault = Kept(() =>
        {
            Directory.CreateDirectory(Path.GetDirectoryName(store)!);
            file = File.Create(store);
        });
        try
        {
            for (var left = length; left > 0;)
            {
                var part = channel.Receive();
                if (part.IsEmpty || part.Length > left) throw new IOException("the file is not as long as was announced");
                left -= part.Length;
                if (fault is not null) continue;
                var bytes = part.ToArray();
                fault = Kept(() => file!.Write(bytes));
            }
        }
        finally
        {
            fault ??= Kept(() => file?.Dispose());
        }

        return fault;
    }

    private string? Kept(Action work)
    {
        try
        {
            work();
            return null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return $"{store}: {fault.Message}";
        }
    }
}

/// <summary>A node as the rolling update sees and drives it.</summary>
internal interface IPairNode
{
    /// <summary>How it stands; not reached: the sentence says why.</summary>
    PairNode Look(out string problem);

    /// <summary>Writes an update into the slot that does not run. Null: done.</summary>
    string? Write(string path);

    /// <summary>Null: it reboots in a moment.</summary>
    string? Reboot();
}
