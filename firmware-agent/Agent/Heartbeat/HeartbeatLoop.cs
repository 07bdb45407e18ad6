using Appliance.Agent.Clock;
using Appliance.Agent.Decision;
using Appliance.Core;
using Appliance.Core.Cluster;
using Appliance.Core.Time;
using Appliance.Drivers.Interop;

namespace Appliance.Agent.Heartbeat;

/// <summary>
/// The rhythm. Heartbeats are due at fixed points of the boot clock, so that lateness does not add up; between them the thread sleeps
/// in poll until a link has something, a line is free, or somebody wants to speak. After the start nothing here allocates or waits.
/// </summary>
internal sealed unsafe class HeartbeatLoop(
    HeartbeatVoice voice, HeartbeatEar ear, HeartbeatRing ring, LinkSlot[] slots, LoopWatch watch, TimeSpan keepalive)
    : IDisposable
{
    /// <summary>Changed facts are said at once, but two nodes that answer each other's changes must not fill a line.</summary>
    private static readonly TimeSpan PauseMin = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LastWordPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LastWordBound = TimeSpan.FromMilliseconds(600);
    private const int LastWords = 3;

    private readonly WakeFd _wake = new();
    private volatile bool _ends;
    private volatile bool _speaks;
    private volatile int _lastFlags;
    private Instant _due;
    private Instant _spoken;
    private long _allocatedAtStart = -1;
    private long _heartbeats;

    public Lateness Lateness { get; } = new();

    /// <summary>Bytes this thread allocated after its first heartbeats. Stays 0.</summary>
    public long Allocated { get; private set; }

    /// <summary>When the first heartbeat went out on any link; null: not yet.</summary>
    public Instant? FirstSpoken { get; private set; }

    /// <summary>Makes the thread look at its slots. Any thread.</summary>
    public void Wake() => _wake.Wake();

    /// <summary>Asks for a heartbeat before its time. Any thread.</summary>
    public void SpeakNow()
    {
        _speaks = true;
        _wake.Wake();
    }

    /// <summary>Ends the loop; with flags: after the last word was said with them. Any thread.</summary>
    public void End(NodeFlags last)
    {
        _lastFlags = (int)last;
        _ends = true;
        _wake.Wake();
    }

    public void Dispose() => _wake.Dispose();

    public void Run()
    {
        _due = BootClock.Now;
        watch.Begin(_due);
        var entries = stackalloc PollFd[slots.Length + 1];
        while (!_ends)
        {
            var now = BootClock.Now;
            Adopt(now);
            SpeakIfDue(now);
            HeartbeatVoice.Continue(slots, now);
            Sleep(entries, now);
            Listen(entries, BootClock.Now);
        }

        if (_lastFlags != 0) SayLastWord();
        foreach (var slot in slots) slot.InUse = null;
    }

    /// <summary>Takes what the keeper opened, lets go of what it wants back, and passes on how the links stand.</summary>
    private void Adopt(Instant now)
    {
        var told = false;
        foreach (var slot in slots)
        {
            var offered = slot.Offered;
            if (!ReferenceEquals(offered, slot.InUse)) Change(slot, offered);
            told |= Tell(slot, now);
        }

        if (told) watch.WakeReader();
    }

    private void Change(LinkSlot slot, Medium? offered)
    {
        if (slot.InUse is { } before) slot.EarlierNoise += before.NoiseBytes;
        slot.InUse = offered;
        if (offered is not null) _speaks = true;
    }

    private bool Tell(LinkSlot slot, Instant now)
    {
        var standing = slot.Standing;
        if (slot.Number == HeardItem.WitnessLink || ReferenceEquals(standing, slot.Told)) return false;
        HeardItem item = default;
        (item.Link, item.Standing, item.At) = (slot.Number, standing, now);
        if (!ring.TryAdd(item)) return false;
        slot.Told = standing;
        return true;
    }

    private void SpeakIfDue(Instant now)
    {
        var isDue = now >= _due;
        if (!isDue && (!_speaks || now - _spoken < PauseMin)) return;
        if (isDue)
        {
            Lateness.Add(now - _due);
            // After a pause the missed points are skipped, the rhythm stays.
            _due += keepalive * (Math.Floor((now - _due) / keepalive) + 1);
            watch.Look(now);
        }

        _speaks = false;
        _spoken = now;
        if (!watch.IsStuck) Speak(NodeFlags.None, now);
        CountAllocation();
    }

    private void Speak(NodeFlags last, Instant now)
    {
        voice.Speak(slots, last, now);
        if (FirstSpoken is not null) return;
        foreach (var slot in slots)
            if (slot.InUse is not null) FirstSpoken = now;
    }

    private void CountAllocation()
    {
        const int settled = 20;
        if (++_heartbeats < settled) return;
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        if (_allocatedAtStart < 0) _allocatedAtStart = allocated;
        Allocated = allocated - _allocatedAtStart;
    }

    private void Sleep(PollFd* entries, Instant now)
    {
        var until = _speaks ? Earlier(_due, _spoken + PauseMin) : _due;
        for (var index = 0; index < slots.Length; index++)
        {
            var slot = slots[index];
            var medium = slot.InUse;
            var listenAt = ListenAt(slot, now);
            var listens = medium is not null && listenAt <= now && !ReferenceEquals(slot.Broken, medium);
            entries[index] = new PollFd { Fd = listens ? medium!.Fd : -1, Events = PollFd.In };
            if (listenAt > now) until = Earlier(until, listenAt);
            if (medium?.ContinueAt is { } at) until = Earlier(until, at);
        }

        entries[slots.Length] = new PollFd { Fd = _wake.Fd, Events = PollFd.In };
        _ = PollFd.Wait(entries, slots.Length + 1, until - BootClock.Now);
    }

    /// <summary>When to look at a link again: after its allowance is renewed, and when something complete can have arrived.</summary>
    private static Instant ListenAt(LinkSlot slot, Instant now)
    {
        var renewed = slot.WindowStart + LinkSlot.Window;
        var complete = slot.InUse?.ListenAt ?? Instant.Boot;
        return slot.Taken >= LinkSlot.FramesPerWindow && renewed > now ? Instant.Later(renewed, complete) : complete;
    }

    private void Listen(PollFd* entries, Instant now)
    {
        var news = false;
        for (var index = 0; index < slots.Length; index++)
        {
            if (entries[index].Returned == 0) continue;
            var slot = slots[index];
            news |= ear.Listen(slot, now);
            if (slot.Broken is not null && ReferenceEquals(slot.Broken, slot.InUse)) watch.WakeKeeper();
        }

        if (news) watch.WakeReader();
        if (entries[slots.Length].Returned != 0) _wake.Wait(TimeSpan.Zero);
    }

    /// <summary>Three times, because nobody acknowledges it; a slow line gets the time for one frame each.</summary>
    private void SayLastWord()
    {
        var bound = BootClock.Now + LastWordBound;
        for (var word = 0; word < LastWords; word++)
        {
            Speak((NodeFlags)_lastFlags, BootClock.Now);
            var until = BootClock.Now + LastWordPause;
            for (var now = BootClock.Now; now < until || (now < bound && IsLineBusy()); now = BootClock.Now)
            {
                HeartbeatVoice.Continue(slots, now);
                _ = PollFd.Wait(null, 0, TimeSpan.FromMilliseconds(1));
            }
        }
    }

    private bool IsLineBusy()
    {
        foreach (var slot in slots)
            if (slot.InUse?.ContinueAt is not null && !ReferenceEquals(slot.Broken, slot.InUse)) return true;
        return false;
    }

    private static Instant Earlier(Instant left, Instant right) => left < right ? left : right;
}
