using System.Collections.Concurrent;
using System.Collections.Immutable;
using Appliance.Agent.Decision;
using Appliance.Agent.Heartbeat;
using Appliance.Core.Cluster;
using Appliance.Core.Configuration;
using Appliance.Core.Wire;
using Facts = Appliance.Core.Cluster.Heartbeat;

namespace Appliance.Agent.Tests.Heartbeat;

/// <summary>A heartbeat thread with the smallest decision loop: it keeps what it hears.</summary>
internal sealed class Speaker : IDisposable
{
    private readonly WakeFd _wake = new();
    private readonly Thread _reader;
    private volatile bool _stop;

    public Speaker(
        ApplianceConfig config, int node, ulong incarnation = 1, KeySet? keys = null, OpenMedium[]? media = null, ulong peerIncarnation = 0)
    {
        Thread = media is null
            ? new HeartbeatThread(config, node, keys ?? Keys(), incarnation, Facts, _wake.Wake, Journal, peerIncarnation)
            : new HeartbeatThread(config, node, keys ?? Keys(), incarnation, Facts, _wake.Wake, Journal, media, peerIncarnation);
        Facts.Publish(Some(node));
        _reader = new Thread(Read) { IsBackground = true };
        _reader.Start();
    }

    public HeartbeatThread Thread { get; }

    public FactsBoard Facts { get; } = new();

    public ConcurrentQueue<Event> Heard { get; } = new();

    public ConcurrentQueue<string> Log { get; } = new();

    /// <summary>The decision loop stands still.</summary>
    public bool Hangs { get; set; }

    public IEnumerable<Event.Heard> Heartbeats => Heard.OfType<Event.Heard>();

    public Speaker Start()
    {
        Thread.Start();
        return this;
    }

    public void Dispose()
    {
        Thread.Dispose();
        _stop = true;
        _wake.Wake();
        _reader.Join();
        _wake.Dispose();
    }

    public static bool Within(int milliseconds, Func<bool> condition) =>
        SpinWait.SpinUntil(() => { System.Threading.Thread.Sleep(1); return condition(); }, milliseconds);

    public static KeySet Keys(byte id = 1, byte fill = 7) => new([Key(id, fill)]);

    public static Key Key(byte id, byte fill) => new(id, [.. Enumerable.Repeat(fill, 32)]);

    public static Facts Some(int node)
    {
        var facts = new Facts { Sender = (byte)node, ConfigDigest = 0x1234, GroupCount = 1 };
        facts.Groups[0] = new GroupFacts(Role.Passive, DataStanding.UpToDate, true, Vote.None, Wish.None, 1000);
        return facts;
    }

    public static ApplianceConfig Config(int keepaliveMs, params LinkConfig[] links) => new(
        new ClusterConfig("test", ""), ["pbx-a", "pbx-b"],
        new HeartbeatConfig(Ms(keepaliveMs), Ms(3 * keepaliveMs), Ms(6 * keepaliveMs), Ms(20000)),
        [.. links], [], null, new PolicyConfig(IsolationPolicy.Release, Ms(2000)), ImmutableArray<GroupConfig>.Empty, 0x1234);

    public static LinkConfig.Unicast Loopback(int port, string name = "cable") => new(name, "lo", ["127.0.0.1", "127.0.0.2"], port);

    private static TimeSpan Ms(int value) => TimeSpan.FromMilliseconds(value);

    private void Journal(int priority, string line) => Log.Enqueue(line);

    private void Read()
    {
        while (!_stop)
        {
            while (!Hangs && Thread.TakeHeard() is { } heard) Heard.Enqueue(heard);
            _wake.Wait(TimeSpan.FromMilliseconds(50));
        }
    }
}
