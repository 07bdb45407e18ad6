using Appliance.Core.Replica.Disk;
using Appliance.Core.Replica.Engine;
using Appliance.Core.Replica.History;
using Appliance.Core.Time;

namespace Appliance.Core.Replica;

/// <summary>Who we are, for the superblock. Made by the shell, which owns randomness.</summary>
/// <param name="Boot">/proc/sys/kernel/random/boot_id.</param>
/// <param name="Instance">Random, of this process.</param>
/// <param name="Seed">Random, for new generation ids.</param>
/// <param name="UnixSeconds">Wall time at the start, for people only.</param>
public readonly record struct EngineIdentity(Guid Boot, Guid Instance, ulong Seed, long UnixSeconds);

/// <summary>
/// One replica: decides everything, does nothing. No clock, socket, file or thread: the same events give the same effects. After every
/// <see cref="Step"/> the shell performs what is in <see cref="Effects"/>, in order, and calls again at <see cref="NextDeadline"/>.
/// It starts without disk and connection; the shell orders Attach and Connect.
/// </summary>
public sealed class ReplicaEngine
{
    /// <summary>Later than any deadline.</summary>
    internal static readonly Instant Never = new(TimeSpan.FromDays(36500));

    private static readonly TimeSpan Rhythm = TimeSpan.FromSeconds(1);
    private readonly Volume _volume;
    private readonly Frames _frames;
    private Instant _rhythmAt;

    public ReplicaEngine(ReplicaConfig config, EngineIdentity identity, BlockBuffers buffers, Instant now)
    {
        _volume = new Volume(config, identity, buffers, Effects, now);
        _frames = new Frames(_volume);
        (_rhythmAt, NextDeadline) = (now + Rhythm, now + Rhythm);
    }

    /// <summary>A bug planted by the simulator.</summary>
    internal ReplicaFault Fault
    {
        get => _volume.Fault;
        init => _volume.Fault = value;
    }

    public EffectQueue Effects { get; } = new();

    /// <summary>When <see cref="ReplicaEvent.Tick"/> is due at the latest.</summary>
    public Instant NextDeadline { get; private set; }

    /// <summary>Marks in memory, hot regions of a crash included.</summary>
    public DirtyBitmap Bitmap => _volume.Bitmap;

    public Generations Generations => _volume.Generations;

    public ReplicaRole Role => _volume.Role;

    public DiskState Disk => _volume.Disk;

    public ConnectionState Connection => _volume.Link.State;

    /// <summary>Bytes that users see; 0: not known yet.</summary>
    public long Size => _volume.Size;

    /// <summary>The intent map says, or is about to say, that this region may differ.</summary>
    public bool IsHot(int region) => _volume.Intents.IsHot(region);

    public int RegionShift => _volume.RegionShift;

    /// <summary>The peer has written this block and not made it stable.</summary>
    public bool HasUnstable(long block) => _volume.Unstable.Has(block);

    /// <summary>Handles one event.</summary>
    public void Step(in ReplicaEvent input, Instant now)
    {
        _volume.Now = Instant.Later(now, _volume.Now);
        switch (input.Kind)
        {
            case ReplicaEventKind.Front: _volume.Front.Arrived(input.Request); break;
            case ReplicaEventKind.DiskDone: _volume.Io.Done(input.Id, input.Result); break;
            case ReplicaEventKind.Frame: _frames.Arrived(input.Session, input.Header, input.Buffer); break;
            case ReplicaEventKind.LinkUp: LinkUp(input.Session); break;
            case ReplicaEventKind.LinkDown: LinkDown(input); break;
            case ReplicaEventKind.Order: _volume.Orders.Take(input.Order!); break;
            case ReplicaEventKind.SendDone: break;
            default: break;
        }

        if (_volume.Now >= NextDeadline) Tick();
        Settle();
        NextDeadline = Deadline();
    }

    public ReplicaStatus Status(Instant now) => StatusOf.Make(_volume, now);

    private void LinkUp(uint session)
    {
        if (_volume.Link.State == ConnectionState.StandAlone)
        {
            ref var effect = ref Effects.Add(EffectKind.Disconnect);
            (effect.Session, effect.Final) = (session, true);
        }
        else _volume.Link.Up(session);
    }

    private void LinkDown(in ReplicaEvent input)
    {
        var final = input.Result != 0;
        if (!final && input.Session == 0 && !_volume.Link.IsUp) _volume.Link.Why = input.Words ?? "";
        if (!final && (input.Session != _volume.Link.Session || !_volume.Link.IsUp)) return;
        if (final && _volume.Link.State == ConnectionState.StandAlone) return;
        _volume.Link.Down(input.Words ?? "", final);
        if (final) _volume.Tell(NewsKind.Alarm, $"stands alone: {input.Words}");
    }

    private void Tick()
    {
        _volume.Link.Tick();
        _volume.Meeting.Tick();
        _volume.Orders.Tick();
        _volume.Leaving.Tick();
        if (_volume.Config.DiskTimeout > TimeSpan.Zero && _volume.Io.Oldest() is { } oldest
            && _volume.Now - oldest >= _volume.Config.DiskTimeout)
            _volume.Failure.LocalDisk(110, $"it has not answered for {(_volume.Now - oldest).TotalSeconds:0.0} s");
        if (_volume.Now < _rhythmAt) return;
        _rhythmAt = _volume.Now + Rhythm;
        _volume.Intents.Cool(all: false);
        _volume.Super.Age();
        if (_volume.Source.IsRunning || _volume.Target.IsRunning) _volume.Pages.Want();
        if ((_volume.Gate & Gate.Fencing) != 0 && _volume.Failure.MayAsk) Effects.Add(EffectKind.AskFence);
    }

    /// <summary>Until nothing changes any more. Bounded: a loop that does not end is a bug of ours.</summary>
    private void Settle()
    {
        for (var round = 0; ; round++)
        {
            Invariant.Check(round < 100_000);
            _volume.Stirred = false;
            var any = _volume.Claims.Settle();
            any |= _volume.Intents.Settle();
            any |= _volume.Super.Settle();
            any |= _volume.Pages.Settle();
            any |= _volume.Alone.Settle();
            any |= _volume.Flushes.Settle();
            any |= _volume.PeerPath.Settle();
            any |= _volume.Failure.Settle();
            any |= _volume.Meeting.Settle();
            any |= _volume.Source.Settle();
            any |= _volume.Target.Settle();
            any |= _volume.Verifying.Settle();
            any |= _volume.Roles.Settle();
            any |= _volume.Orders.Settle();
            any |= _volume.Leaving.Settle();
            if (!any && !_volume.Stirred) return;
        }
    }

    private Instant Deadline()
    {
        var next = _rhythmAt;
        next = Earlier(next, _volume.Link.NextDeadline);
        next = Earlier(next, _volume.Meeting.NextDeadline);
        next = Earlier(next, _volume.Orders.NextDeadline);
        next = Earlier(next, _volume.Roles.NextDeadline);
        if (_volume.Source.NextDeadline is { } source) next = Earlier(next, source);
        if (_volume.Verifying.NextDeadline is { } verifying) next = Earlier(next, verifying);
        if (_volume.Leaving.NextDeadline is { } part) next = Earlier(next, part);
        if (_volume.Unstable.FlushDue is { } flush && !_volume.Flushes.IsBusy && _volume.HasDisk) next = Earlier(next, flush);
        return next;
    }

    private static Instant Earlier(Instant left, Instant right) => left < right ? left : right;
}
