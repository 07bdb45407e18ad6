using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Appliance.Agent.Control;
using Appliance.Agent.Journal;
using Appliance.Agent.Update.Pair;
using Appliance.Core;
using Appliance.Core.Incidents;

namespace Appliance.Agent.Incidents;

/// <summary>Answers the peer's agent, on a thread of its own: one connection at a time, each bounded. A link whose address is not there yet
/// is tried again.</summary>
/// <param name="addressOf">Null: there is no such link, and nobody is answered.</param>
/// <param name="told">The peer asked about an incident that began and ended that long ago, milliseconds; 0: it is open there. Its
/// name there. This thread.</param>
internal sealed class PeerAnswers(
    Func<PairAddress?> addressOf, EventStore events, Func<NodeClock> clock, ClockBoard clocks, Action<long, long, string> told,
    Action<string> complain)
    : IDisposable
{
    private const int PatienceMs = 5000;

    /// <summary>An incident that began longer ago is over for both.</summary>
    private static readonly TimeSpan AgeMax = IncidentMachine.GiveUpAfter + TimeSpan.FromDays(1);

    private static readonly TimeSpan LookPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(5);
    private readonly ManualResetEvent _end = new(false);
    private readonly Lock _gate = new();
    private Socket? _listener;
    private string _complained = "";
    private Thread? _thread;

    public void Start()
    {
        if (addressOf() is null) return;
        _thread = new Thread(Run, Limits.ThreadStackBytes) { IsBackground = true, Name = "incident answers" };
        _thread.Start();
    }

    public void Dispose()
    {
        _end.Set();
        lock (_gate) _listener?.Dispose();
        // A caller that is being served has its own bound; the thread dies with the process.
        if (_thread is not null && !_thread.Join(TimeSpan.FromSeconds(1))) return;
        _end.Dispose();
    }

    private void Run()
    {
        while (!_end.WaitOne(TimeSpan.Zero))
        {
            if (addressOf() is not { } address || Open(address) is not { } listener)
            {
                if (_end.WaitOne(RetryPause)) return;
                continue;
            }

            using (listener) Listen(listener, address);
        }
    }

    private Socket? Open(PairAddress address)
    {
        var listener = new Socket(address.Own.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            listener.Bind(address.Own);
            listener.Listen(2);
            lock (_gate) _listener = listener;
            _complained = "";
            return listener;
        }
        catch (SocketException fault)
        {
            listener.Dispose();
            // Said once, not every five seconds.
            if (_complained != fault.Message)
                complain($"the other node cannot ask about incidents on {address.Own} (TCP): {fault.Message}; trying again");
            _complained = fault.Message;
            return null;
        }
    }

    /// <summary>Until the end, or the address or the keys are others.</summary>
    private void Listen(Socket listener, PairAddress address)
    {
        while (!_end.WaitOne(TimeSpan.Zero) && addressOf() is { } now && now.IsSame(address))
        {
            try
            {
                if (!listener.Poll(LookPause, SelectMode.SelectRead)) continue;
                using var caller = listener.Accept();
                Serve(caller, address);
            }
            catch (Exception gone) when (gone is SocketException or ObjectDisposedException or IOException)
            {
                // A caller that hung up, or our own end; the loop's condition tells which.
                if (_end.WaitOne(TimeSpan.FromMilliseconds(10))) return;
            }
        }
    }

    private void Serve(Socket caller, PairAddress address)
    {
        (caller.SendTimeout, caller.ReceiveTimeout) = (PatienceMs, PatienceMs);
        // Whoever calls from elsewhere is hung up on before a word is said.
        if (caller.RemoteEndPoint is not IPEndPoint from || !from.Address.Equals(address.Peer.Address)) return;
        using var channel = PairChannel.Greet(caller, address.Greeting, out var problem);
        if (channel is null)
        {
            complain($"{from.Address} asked about incidents and was refused: {problem}");
            return;
        }

        if (Read(Encoding.UTF8.GetString(channel.Receive())) is not var (beginAge, endAge, id)) return;
        told(beginAge, endAge, id); // At once: the ages count from now.
        channel.Send(Answer(beginAge, endAge));
    }

    /// <summary>"incident BEGIN END ID", ages in milliseconds; null: it is something else.</summary>
    internal static (long Begin, long End, string Id)? Read(string order)
    {
        const int idMax = 32;
        var words = order.Split(' ');
        if (words.Length != 4 || words[0] != "incident" || words[3].Length is 0 or > idMax) return null;
        if (!long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var begin)) return null;
        if (!long.TryParse(words[2], NumberStyles.None, CultureInfo.InvariantCulture, out var end)) return null;
        return end <= begin && begin <= (long)AgeMax.TotalMilliseconds ? (begin, end, words[3]) : null;
    }

    /// <summary>Our half of that span, as long as a message may be.</summary>
    internal byte[] Answer(long beginAge, long endAge)
    {
        var now = clock();
        var half = clocks.Half(Core.Time.Instant.FromMilliseconds(now.BootMs));
        var (span, left) = (Span(now, beginAge, endAge), 0);
        while (true)
        {
            var bytes = JsonSerializer.SerializeToUtf8Bytes(
                new PeerHalf(PeerHalf.CurrentFormat, now.BootMs, now.UnixMs, now.AgentBootMs, half, left, span),
                ControlJson.Readable.PeerHalf);
            if (bytes.Length <= PairChannel.MessageBytesMax) return bytes;
            // Sentences may be long: fewer of them, out of the middle.
            var cut = Math.Max(1, span.Count / 4);
            span.RemoveRange((span.Count - cut) / 2, cut);
            left += cut;
        }
    }

    private List<EventView> Span(NodeClock now, long beginAge, long endAge)
    {
        var all = events.Since(0, Limits.EventsKept);
        var present = NodeClock.OfThisBoot(all, now.BootMs);
        var span = new List<EventView>();
        for (var number = 0; number < all.Count; number++)
        {
            var happened = all[number];
            var age = number >= all.Count - present ? now.BootMs - happened.BootMs : now.UnixMs - happened.UnixMs;
            if (age > beginAge + IncidentBook.BeforeMs || age < endAge - IncidentBook.AfterMs) continue;
            span.Add(happened.Text.Length <= IncidentEntry.TextMax ? happened : happened with
            {
                Text = string.Concat(happened.Text.AsSpan(0, IncidentEntry.TextMax - 1), "…"),
            });
        }

        const int first = Incident.EventsMax * 3 / 4;
        if (span.Count > Incident.EventsMax) span.RemoveRange(first, span.Count - Incident.EventsMax);
        return span;
    }
}
