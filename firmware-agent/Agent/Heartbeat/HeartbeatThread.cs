using Appliance.Agent.Clock;
using Appliance.Agent.Decision;
using Appliance.Core;
using Appliance.Core.Cluster;
using Appliance.Core.Configuration;
using Appliance.Core.Time;
using Appliance.Core.Wire;

namespace Appliance.Agent.Heartbeat;

/// <summary>
/// The heartbeat of a node: a thread of real-time priority that speaks and listens on all links, and an ordinary one that keeps the
/// links open and writes the log. What was heard is taken with <see cref="TakeHeard"/> by the one loop that decides.
/// </summary>
public sealed class HeartbeatThread : IPairVoice
{
    private const int Warning = 4; // LOG_WARNING of syslog(3)
    private const int Error = 3;
    private static readonly TimeSpan StuckMin = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan GoodbyeBound = TimeSpan.FromSeconds(2);

    private readonly Authenticator _authenticator;
    private readonly HeartbeatRing _ring = new();
    private readonly LinkSlot[] _slots;
    private readonly LinkKeeper _keeper;
    private readonly LinkLog _log;
    private readonly LoopWatch _watch;
    private readonly HeartbeatLoop _loop;
    private readonly Thread _thread;
    private readonly Action<int, string> _journal;
    private readonly FactsBoard _facts;
    private long _stuckTold;
    private long _droppedTold;
    private string _witnessTold = "";

    /// <param name="config">Links, timing, cluster name, witness.</param>
    /// <param name="node">Own number.</param>
    /// <param name="keys">Shared secrets.</param>
    /// <param name="incarnation">Of this start: durable, greater than any before.</param>
    /// <param name="facts">Where the decision loop publishes what to say.</param>
    /// <param name="wake">Wakes the decision loop; called often, must not wait or allocate.</param>
    /// <param name="journal">Priority of syslog(3) and a line. Called from an ordinary thread.</param>
    /// <param name="peerIncarnation">Highest heard before this start; 0: unknown.</param>
    /// <param name="witnessIncarnation">As above for the witness.</param>
    public HeartbeatThread(
        ApplianceConfig config, int node, KeySet keys, ulong incarnation, FactsBoard facts, Action wake, Action<int, string> journal,
        ulong peerIncarnation = 0, ulong witnessIncarnation = 0)
        : this(config, node, keys, incarnation, facts, wake, journal, MediumOpener.Links(config, node), peerIncarnation, witnessIncarnation)
    {
    }

    internal HeartbeatThread(
        ApplianceConfig config, int node, KeySet keys, ulong incarnation, FactsBoard facts, Action wake, Action<int, string> journal,
        OpenMedium[] links, ulong peerIncarnation = 0, ulong witnessIncarnation = 0)
    {
        var (cluster, timing) = (ClusterId.Of(config.Cluster.Name), config.Heartbeat);
        var self = new HeartbeatIdentity((byte)node, incarnation, timing.Deadtime);
        var own = new OwnSequences(incarnation, timing.Deadtime);
        (_journal, _facts) = (journal, facts);
        _authenticator = new Authenticator(cluster, keys);
        var receiver = new HeartbeatReceiver(_authenticator, self.Node, incarnation, own, HeardItem.WitnessLink + 1, timing.Warntime);
        if (peerIncarnation > 0) receiver.Of((byte)(1 - node)).Remember(peerIncarnation);
        if (witnessIncarnation > 0) receiver.Of(Limits.WitnessNumber).Remember(witnessIncarnation);
        _slots = Slots(config, node, links);
        _watch = new LoopWatch(timing.Deadtime > StuckMin ? timing.Deadtime : StuckMin, wake);
        var voice = new HeartbeatVoice(facts, _authenticator, cluster, own, receiver, self);
        _loop = new HeartbeatLoop(voice, new HeartbeatEar(receiver, own, _ring), _ring, _slots, _watch, timing.Keepalive);
        _log = new LinkLog([.. _slots.Select(slot => (slot.Name, slot.Counters))], journal);
        _keeper = new LinkKeeper(_slots, _loop.Wake, EveryRound);
        _watch.WakeKeeper = _keeper.LookNow;
        _thread = new Thread(Run, Limits.ThreadStackBytes) { IsBackground = true, Name = "heartbeat" };
    }

    /// <summary>Real-time priority and locked memory were both permitted.</summary>
    public bool Realtime { get; private set; }

    /// <summary>Worst lateness of our own heartbeats.</summary>
    public long LatenessMaxMicroseconds => _loop.Lateness.MaxMicroseconds;

    /// <summary>Lateness that 99 of 100 heartbeats keep.</summary>
    public long LatenessP99Microseconds => _loop.Lateness.Quantile(0.99);

    /// <summary>Bytes the thread allocated after its first heartbeats: 0, or somebody broke the rule that keeps it punctual.</summary>
    public long Allocated => _loop.Allocated;

    /// <summary>When the first heartbeat went out; null: not yet.</summary>
    public Instant? FirstSpoken => _loop.FirstSpoken;

    /// <summary>Silent because the decision loop stands still.</summary>
    public bool IsStuck => _watch.IsStuck;

    /// <summary>Rounds of this thread and turns of the decision loop, which prove to the watchdog that both live. Any thread.</summary>
    public (long Rounds, long Turns) Progress => (_watch.Rounds, _watch.Turns);

    /// <summary>Without progress for this long either of them stands still.</summary>
    public TimeSpan StandstillBound => _watch.Bound;

    /// <summary>Sees every heartbeat of the peer as it is taken, on the decision loop's thread. Set before <see cref="Start"/>.</summary>
    public HeardObserver? Observer
    {
        set => _ring.Observer = value;
    }

    /// <summary>Begins to speak and to listen.</summary>
    public void Start()
    {
        _keeper.Start();
        _thread.Start();
    }

    /// <summary>The next thing heard, or null. Called by the decision loop on every turn: that it calls shows that it lives.</summary>
    public Event? TakeHeard()
    {
        _watch.Turned();
        return _ring.Take();
    }

    /// <summary>Says the facts before the next keepalive. Any thread.</summary>
    public void SpeakNow() => _loop.SpeakNow();

    /// <summary>Takes new keys into use at once. Any thread.</summary>
    public void ReplaceKeys(KeySet keys) => _authenticator.Replace(keys);

    /// <summary>Takes the keys of the files into use at once. Any thread.</summary>
    public void ReplaceKeys(AgentFiles files) => ReplaceKeys(files.Keys);

    /// <summary>Says the facts of this state from the next heartbeat on.</summary>
    public void Publish(NodeState state) => _facts.Publish(NodeMachine.Facts(state));

    /// <summary>Says the last word three times on every link and ends. With <paramref name="resourcesStay"/> the peer is told that they
    /// run on.</summary>
    public void Goodbye(bool resourcesStay)
    {
        _loop.End(NodeFlags.Goodbye | (resourcesStay ? NodeFlags.ResourcesStay : NodeFlags.None));
        if (_thread.IsAlive) _thread.Join(GoodbyeBound);
    }

    /// <summary>What went over each link, by link number.</summary>
    public IReadOnlyList<LinkTraffic> Traffic() => [.. _slots.Where(slot => slot.Number < HeardItem.WitnessLink).Select(TrafficOf)];

    /// <summary>Ends without a word if <see cref="Goodbye"/> did not end it.</summary>
    public void Dispose()
    {
        _loop.End(NodeFlags.None);
        // A thread that does not end still uses its descriptors: they are left to the end of the process.
        if (_thread.IsAlive && !_thread.Join(GoodbyeBound)) return;
        _keeper.Dispose();
        _loop.Dispose();
    }

    private static LinkSlot[] Slots(ApplianceConfig config, int node, OpenMedium[] links)
    {
        var slots = config.Links.Select((link, number) => new LinkSlot(link.Name, number, (byte)(1 - node), links[number]));
        return MediumOpener.Witness(config) is { } witness
            ? [.. slots, new LinkSlot("witness", HeardItem.WitnessLink, Limits.WitnessNumber, witness)]
            : [.. slots];
    }

    private void Run()
    {
        var isScheduled = Heartbeat.Realtime.TrySchedule(out var unscheduled);
        var isLocked = Heartbeat.Realtime.TryLockMemory(out var unlocked);
        Realtime = isScheduled && isLocked;
        if (!isScheduled) _journal(Warning, unscheduled);
        if (!isLocked) _journal(Warning, unlocked);
        Heartbeat.Realtime.TouchStack();
        _loop.Run();
    }

    /// <summary>Once a second on the keeper's thread.</summary>
    private void EveryRound()
    {
        _log.Write(BootClock.Now);
        if (_watch.StuckCount > _stuckTold)
            _journal(
                Error, $"the decision loop has stood still for {_watch.Bound.TotalSeconds:0.#} s: this node falls silent so that the "
                    + "other one takes over");
        _stuckTold = _watch.StuckCount;
        if (_ring.Dropped > _droppedTold)
            _journal(Warning, $"{_ring.Dropped - _droppedTold} heartbeats were dropped: the decision loop does not keep up");
        _droppedTold = _ring.Dropped;
        if (_slots[^1] is { Number: HeardItem.WitnessLink } slot && slot.Standing.Problem != _witnessTold)
            TellWitness(slot.Standing.Problem);
    }

    private void TellWitness(string problem)
    {
        _witnessTold = problem;
        _journal(Warning, problem.Length > 0 ? $"the witness cannot be reached: {problem}" : "the path to the witness is usable again");
    }

    internal static LinkTraffic TrafficOf(LinkSlot slot)
    {
        var rejected = new Dictionary<string, long>();
        for (var reason = 1; reason < Rejections.Count; reason++)
            if (slot.Counters.Rejected((Rejection)reason) is > 0 and var count) rejected[((Rejection)reason).Name()] = count;
        if (slot.Counters.NoiseBytes > 0) rejected["noise-bytes"] = slot.Counters.NoiseBytes;
        return new LinkTraffic(slot.Counters.Sent, slot.Counters.Unsent, slot.Counters.Received, rejected);
    }
}
