using System.Collections.Concurrent;
using Appliance.Agent.Clock;
using Appliance.Agent.Decision;
using Appliance.Agent.Heartbeat;
using Appliance.Core;
using Appliance.Core.Cluster;
using Appliance.Core.Configuration;
using Appliance.Core.LinuxHa;
using Appliance.Core.Time;
using Appliance.Drivers.Interop;

namespace Appliance.Agent.LinuxHa;

/// <summary>
/// Speaks Heartbeat's protocol at the place of our own heartbeat: a thread that speaks, listens and negotiates, and the keeper of the
/// links. The decision loop takes what the pair has come to, and publishes how the groups followed. Deadtimes of Heartbeat are seconds:
/// this thread may allocate and has no real-time priority.
/// </summary>
public sealed unsafe class LinuxHaThread : IPairVoice
{
    private const int Warning = 4; // LOG_WARNING of syslog(3)
    private const int Error = 3;
    private const int EventsMax = 256;
    private static readonly TimeSpan StuckMin = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan GoodbyeBound = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LastWordPause = TimeSpan.FromMilliseconds(40);

    private readonly ApplianceConfig _config;
    private readonly int _number;
    private readonly HaComposer _composer;
    private readonly HaReceiver _receiver;
    private readonly HaLinks _links;
    private readonly HaConversation _talk;
    private readonly LinkKeeper _keeper;
    private readonly LinkLog _log;
    private readonly LoopWatch _watch;
    private readonly Action<string> _restart;
    private readonly Action<int, string> _journal;
    private readonly Thread _thread;
    private readonly WakeFd _wake = new();
    private readonly ConcurrentQueue<Event> _events = new();
    private readonly Lateness _lateness = new();
    private volatile HaStanding? _standing;
    private volatile RuledPair? _view;
    private volatile HaKeys? _newKeys;
    private volatile Last _last;
    private HaStanding? _published;
    private HaStanding? _taken;
    private Instant _lookedAt;
    private long _lostTold;
    private long _recoveredTold;
    private long _stuckTold;

    /// <param name="state">The first state of this run: configuration, own number, generations, what runs since before.</param>
    /// <param name="keys">Of authkeys.</param>
    /// <param name="wake">Wakes the decision loop.</param>
    /// <param name="journal">Priority of syslog(3) and a line. Any thread.</param>
    /// <param name="tell">Reports. Any thread.</param>
    /// <param name="restart">Makes a fresh agent in this process, for a reason in words. Does not return soon.</param>
    /// <param name="open">How to open each link; null: as the configuration says.</param>
    internal LinuxHaThread(
        NodeState state, HaKeys keys, Action wake, Action<int, string> journal, Action<Report> tell, Action<string> restart,
        OpenMedium[]? open = null)
    {
        (_config, _number, _restart, _journal) = (state.Config, state.Node, restart, journal);
        var (own, peer) = (state.NodeName, state.PeerName);
        _composer = new HaComposer(own, peer, (long)state.OnDisk.Incarnation, keys);
        _receiver = new HaReceiver(own, peer, keys, (long)state.OnDisk.PeerIncarnation);
        var openers = open ?? HaLinks.Openers(_config, _number);
        _links = new HaLinks([.. _config.Links.Select((link, number) =>
            new LinkSlot(link.Name, number, (byte)state.PeerNode, openers[number]))]);
        var first = HaMachine.Start(HaTranslation.Settings(_config, _number), HaTranslation.Running(state), BootClock.Now);
        _talk = new HaConversation(first, _composer, _receiver, _links, tell);
        var deadtime = _config.Heartbeat.Deadtime;
        _watch = new LoopWatch(deadtime > StuckMin ? deadtime : StuckMin, wake);
        _log = new LinkLog([.. _links.Slots.Select(slot => (slot.Name, slot.Counters))], journal);
        _keeper = new LinkKeeper(_links.Slots, _wake.Wake, EveryRound);
        _watch.WakeKeeper = _keeper.LookNow;
        _thread = new Thread(Run, Limits.ThreadStackBytes) { IsBackground = true, Name = "linux-ha" };
    }

    private enum Last
    {
        None,
        Silent,
        Left,
        Restarts,
    }

    public bool Realtime => false;

    public long LatenessMaxMicroseconds => _lateness.MaxMicroseconds;

    public (long Rounds, long Turns) Progress => (_watch.Rounds, _watch.Turns);

    public TimeSpan StandstillBound => _watch.Bound;

    /// <summary>Messages of the other node that were missing and came when asked for.</summary>
    public long Recovered => _receiver.Sequences.Recovered;

    public void Start()
    {
        _keeper.Start();
        _thread.Start();
    }

    public void Publish(NodeState state)
    {
        var standing = HaTranslation.Standing(state);
        if (standing == _published) return;
        _published = _standing = standing;
        _wake.Wake();
    }

    public Event? TakeHeard()
    {
        _watch.Turned();
        if (_events.TryDequeue(out var happened)) return happened;
        return Interlocked.Exchange(ref _view, null) is { } view ? new Event.PairDecided(view) : null;
    }

    public void SpeakNow() => _wake.Wake();

    public void ReplaceKeys(AgentFiles files) => _newKeys = files.Authkeys;

    public void Goodbye(bool resourcesStay)
    {
        End(resourcesStay ? Last.Restarts : Last.Left);
        if (_thread.IsAlive) _thread.Join(GoodbyeBound);
    }

    public IReadOnlyList<LinkTraffic> Traffic() => [.. _links.Slots.Select(HeartbeatThread.TrafficOf)];

    public void Dispose()
    {
        if (_last == Last.None) End(Last.Silent);
        // A thread that does not end still uses its descriptors: they are left to the end of the process.
        if (_thread.IsAlive && !_thread.Join(GoodbyeBound)) return;
        _keeper.Dispose();
        _wake.Dispose();
    }

    private void End(Last last)
    {
        _last = last;
        _wake.Wake();
    }

    private void Run()
    {
        if (!Heartbeat.Realtime.TryLockMemory(out var unlocked)) _journal(Warning, unlocked);
        var entries = stackalloc PollFd[_links.Slots.Length + 1];
        var awakeAt = BootClock.Now;
        _watch.Begin(awakeAt);
        while (_last == Last.None)
        {
            if (Overslept(ref awakeAt)) break;
            Round(awakeAt);
            Sleep(entries, awakeAt);
            // Before anything is answered in the name of a generation that the other node has buried.
            if (Overslept(ref awakeAt)) break;
            Listen(entries, awakeAt);
        }

        TakeStanding(BootClock.Now);
        if (_last is Last.Left or Last.Restarts)
            _talk.SayLast(_last == Last.Restarts, () => Thread.Sleep(LastWordPause), () => BootClock.Now);
        foreach (var slot in _links.Slots) slot.InUse = null;
    }

    /// <summary>
    /// True when this node did not run for deadtime: the other one has called it dead and taken everything. Heartbeat's answer to this
    /// is to begin again, and so is ours.
    /// </summary>
    private bool Overslept(ref Instant awakeAt)
    {
        var (now, before) = (BootClock.Now, awakeAt);
        awakeAt = now;
        if (now - before < _config.Heartbeat.Deadtime) return false;
        var gap = (now - before).TotalMilliseconds;
        _restart($"because this node did not run for {gap:0} ms: the other node has taken its groups");
        return true;
    }

    private void Round(Instant now)
    {
        if (_newKeys is { } keys) _composer.Keys = _receiver.Keys = keys;
        _newKeys = null;
        _links.Adopt(TellLink);
        TakeStanding(now);
        if (now - _lookedAt >= HaMachine.TickAtLeast)
        {
            _lookedAt = now;
            _watch.Look(now);
            _talk.IsMute = _watch.IsStuck;
        }

        if (now >= _talk.Node.SpeakAt)
        {
            _lateness.Add(now - _talk.Node.SpeakAt);
            _talk.ReadLoad();
        }

        Step(new HaEvent.Tick(), now);
        _talk.AskForMissing(now);
        _links.Continue(now);
    }

    private void TakeStanding(Instant now)
    {
        if (_standing is not { } standing || ReferenceEquals(standing, _taken)) return;
        _taken = standing;
        Step(new HaEvent.Stands(standing), now);
    }

    private void Step(HaEvent input, Instant now)
    {
        if (!_talk.Step(input, now)) return;
        _view = HaTranslation.View(_talk.Node, _config, _number, _links.HeardAt, now);
        _watch.WakeReader();
    }

    private void TellLink(Event change)
    {
        // The decision loop stands still; the log says so, and the newest standing is told again when the agent is fresh.
        if (_events.Count >= EventsMax) return;
        _events.Enqueue(change);
        _watch.WakeReader();
    }

    private void Sleep(PollFd* entries, Instant now)
    {
        var until = now + HaMachine.TickAtLeast;
        until = Earlier(until, _talk.Node.SpeakAt);
        if (_receiver.Sequences.NextDue is { } due) until = Earlier(until, due);
        var slots = _links.Slots;
        for (var index = 0; index < slots.Length; index++)
        {
            var medium = slots[index].InUse;
            var isFull = slots[index].Taken >= LinkSlot.FramesPerWindow && slots[index].WindowStart + LinkSlot.Window > now;
            var listens = medium is not null && !isFull && !ReferenceEquals(slots[index].Broken, medium);
            entries[index] = new PollFd { Fd = listens ? medium!.Fd : -1, Events = PollFd.In };
            if (isFull) until = Earlier(until, slots[index].WindowStart + LinkSlot.Window);
            if (medium?.ContinueAt is { } at) until = Earlier(until, at);
        }

        entries[slots.Length] = new PollFd { Fd = _wake.Fd, Events = PollFd.In };
        _ = PollFd.Wait(entries, slots.Length + 1, until - BootClock.Now);
    }

    private void Listen(PollFd* entries, Instant now)
    {
        var slots = _links.Slots;
        for (var index = 0; index < slots.Length; index++)
        {
            if (entries[index].Returned == 0) continue;
            HaLinks.Listen(slots[index], _receiver, now, (message, isNewest) => Step(new HaEvent.Heard(message, isNewest), now));
            if (slots[index].Broken is not null && ReferenceEquals(slots[index].Broken, slots[index].InUse)) _watch.WakeKeeper();
        }

        if (entries[slots.Length].Returned != 0) _wake.Wait(TimeSpan.Zero);
    }

    /// <summary>Once a second on the keeper's thread.</summary>
    private void EveryRound()
    {
        _log.Write(BootClock.Now);
        var counted = _receiver.Sequences;
        if (counted.Recovered > _recoveredTold)
            _journal(Warning, $"{counted.Recovered - _recoveredTold} lost messages of the other node were sent again");
        if (counted.Lost > _lostTold)
            _journal(Warning, $"{counted.Lost - _lostTold} messages of the other node were lost for good");
        (_recoveredTold, _lostTold) = (counted.Recovered, counted.Lost);
        if (_watch.StuckCount > _stuckTold)
            _journal(Error, $"the decision loop has stood still for {_watch.Bound.TotalSeconds:0.#} s: this node falls silent so that the "
                + "other one takes over");
        _stuckTold = _watch.StuckCount;
    }

    private static Instant Earlier(Instant left, Instant right) => left < right ? left : right;
}
