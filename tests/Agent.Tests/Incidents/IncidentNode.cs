using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using Appliance.Agent.Heartbeat;
using Appliance.Agent.Incidents;
using Appliance.Agent.Journal;
using Appliance.Agent.Status;
using Appliance.Agent.Tests.Status;
using Appliance.Agent.Update.Pair;
using Appliance.Core.Cluster;
using Appliance.Core.Configuration;
using Appliance.Core.Incidents;
using Appliance.Core.Replica.Disk;
using Appliance.Core.Replica.Wire;
using Appliance.Core.Time;
using Appliance.Core.Wire;

namespace Appliance.Agent.Tests.Incidents;

/// <summary>The incidents of one node without its agent: a store, a folder, both threads, and clocks that run ten times as fast and differ
/// from the other node's.</summary>
internal sealed class IncidentNode : IDisposable
{
    private const int Speed = 10;
    private static readonly long Epoch = Stopwatch.GetTimestamp();

    private readonly int _number;
    private readonly string _folder;
    private readonly long _bootAhead;
    private readonly long _wallAhead;
    private readonly Func<PairAddress?> _addressOf;
    private IncidentThread? _thread;
    private PeerAnswers? _answers;
    private long _agentStarted;

    public IncidentNode(int number, string folder, int[] ports, long bootAhead, long wallAhead, byte secret = 7)
    {
        (_number, _folder, _bootAhead, _wallAhead) = (number, folder, bootAhead, wallAhead);
        var keys = new KeySet([new Key(1, [.. Enumerable.Repeat(secret, 32)])]);
        var greeting = new GreetingConfig("appliance incidents", PairId.Of("test", "appliance incidents"), number, keys, Encrypt: true);
        var address = new PairAddress(
            new IPEndPoint(IPAddress.Parse($"127.0.0.{number + 1}"), ports[number]),
            new IPEndPoint(IPAddress.Parse($"127.0.0.{2 - number}"), ports[1 - number]), greeting);
        _addressOf = () => address;
        Start();
    }

    public ClockBoard Clocks { get; } = new();

    public List<string> Complaints { get; } = [];

    public EventStore Events { get; private set; } = null!;

    public IncidentFolder Records { get; private set; } = null!;

    public volatile StatusView View = Snapshots.Healthy;

    public volatile string Boot = "boot-1";

    public string Name => _number == 0 ? "pbx-a" : "pbx-b";

    private static long RealMs => (long)(Stopwatch.GetElapsedTime(Epoch).TotalMilliseconds * Speed);

    public NodeClock Clock => new(1_000_000 + _bootAhead + RealMs, 1_795_334_400_000 + _wallAhead + RealMs, Boot, _agentStarted);

    /// <summary>Is there to be asked.</summary>
    public void Answer()
    {
        _answers = new PeerAnswers(_addressOf, Events, () => Clock, Clocks, _thread!.PeerTold, Complain);
        _answers.Start();
    }

    public byte[] AnswerBytes(long beginAge, long endAge)
    {
        using var answers = new PeerAnswers(_addressOf, Events, () => Clock, Clocks, static (_, _, _) => { }, Complain);
        return answers.Answer(beginAge, endAge);
    }

    public PeerHalf? Ask(long beginAge, long endAge, out string problem) =>
        new PeerQuestion(_addressOf).Ask(beginAge, endAge, "test", out problem);

    public EventView Happen(Report report)
    {
        var happened = Events.Add(report);
        _thread!.Signal();
        return happened;
    }

    /// <summary>A heartbeat of the other node that took no time.</summary>
    public void Hear(IncidentNode other)
    {
        var (own, sent) = (Clock.BootMs, other.Clock.BootMs);
        HeardItem item = default;
        (item.Heartbeat.Incarnation, item.Heartbeat.SentAt) = (1, (uint)sent);
        item.At = Instant.FromMilliseconds(own + Speed);
        item.EchoSaidAt = Instant.FromMilliseconds(own - Speed);
        Clocks.Hear(item);
    }

    /// <summary>The newest record with its events.</summary>
    public Incident Whole() => Records.Find("last")!;

    public void Restart()
    {
        Stop();
        Start();
    }

    public void Dispose()
    {
        _answers?.Dispose();
        Stop();
    }

    private void Start()
    {
        _agentStarted = Clock.BootMs;
        Events = new EventStore(_folder, Name, () => Clock.UnixMs, () => Clock.BootMs, Complain);
        Records = new IncidentFolder(Path.Combine(_folder, "incidents"), Complain);
        var book = new IncidentBook(Config, 1 - _number, Records, Events, () => Clock);
        _thread = new IncidentThread(book, Records, Events, () => View, new PeerQuestion(_addressOf), Clocks, () => Clock);
        _thread.Start();
    }

    private void Stop()
    {
        _thread!.Dispose();
        Events.Dispose();
    }

    private void Complain(string text)
    {
        lock (Complaints) Complaints.Add(text);
    }

    private static ApplianceConfig Config { get; } = Read();

    private static ApplianceConfig Read()
    {
        var text = File.ReadAllBytes(RepositoryFiles.PathOf("tests", "Lab", "config", "appliance.toml"));
        var result = ConfigReader.Read(text);
        return result.Config ?? throw new InvalidOperationException(string.Join('\n', result.Problems));
    }
}
