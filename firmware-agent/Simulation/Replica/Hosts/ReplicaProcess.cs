using Appliance.Core;
using Appliance.Core.Replica;
using Appliance.Core.Time;
using Appliance.Simulation.Replica.Bugs;
using Appliance.Simulation.Replica.Disks;

namespace Appliance.Simulation.Replica.Hosts;

/// <summary>
/// The shell of one engine: performs its effects in order on a simulated disk, link and front end, and brings it what happens. Where a
/// planted bug changes what goes in or comes out, it does so here.
/// </summary>
public sealed class ReplicaProcess
{
    private readonly ReplicaEngine _engine;
    private readonly ReplicaMistake? _mistake;
    private readonly Queue<Action> _whilePaused = new();
    private readonly byte[] _memory;
    private Instant _tickAt = new(TimeSpan.MaxValue);
    private ulong _tick;
    private Instant _spunAt;
    private int _spins;

    public ReplicaProcess(ReplicaWorld world, SimHost host, EngineIdentity identity)
    {
        (World, Host, Identity, _memory) = (world, host, identity, ProcessMemory.Take());
        Buffers = new BlockBuffers(_memory);
        _mistake = world.Bug?.Plant(host.Node);
        Link = new ProcessLink(this);
        _engine = world.MakeEngine(host.Node, identity, Buffers, host.Now);
        Seen = _engine.Status(host.Now);
        Plan();
    }

    public ReplicaWorld World { get; }

    public SimHost Host { get; }

    public int Node => Host.Node;

    public EngineIdentity Identity { get; }

    public BlockBuffers Buffers { get; }

    public ProcessLink Link { get; }

    public ReplicaEngine Engine => _engine;

    public bool IsAlive { get; private set; } = true;

    /// <summary>The engine said that the process may end.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>The device is there.</summary>
    public bool IsExposed { get; private set; }

    /// <summary>Bytes of the device.</summary>
    public long Size => Seen.DataBytes;

    /// <summary>It asks whether it may go on without its peer.</summary>
    public bool AsksFence { get; set; }

    /// <summary>As the last step left it.</summary>
    public ReplicaStatus Seen { get; private set; }

    /// <summary>Answers to orders, as they come.</summary>
    public event Action<ReplicaOrder, int, string>? Ordered;

    /// <summary>kill -9, or power.</summary>
    public void Die()
    {
        if (!IsAlive) return;
        IsAlive = false;
        IsExposed = false;
        Link.Die();
    }

    /// <summary>Its world is over: nothing reads its memory any more.</summary>
    public void Forget() => ProcessMemory.Give(_memory, Buffers.Used);

    /// <summary>Now, or when the machine goes on.</summary>
    public void WhenRunning(Action action)
    {
        if (!IsAlive) return;
        if (Host.IsPaused) _whilePaused.Enqueue(action);
        else action();
    }

    public void Resumed()
    {
        while (!Host.IsPaused && IsAlive && _whilePaused.TryDequeue(out var action)) action();
    }

    public void Order(ReplicaOrder order)
    {
        World.Tell(Node, $"is told: {Words(order)}");
        if (_mistake is null || _mistake.Order(this, ref order)) Deliver(ReplicaEvent.Ordered(order));
    }

    /// <summary>Something happens to the engine.</summary>
    public void Deliver(ReplicaEvent input) => WhenRunning(() =>
    {
        if (_mistake is null || _mistake.Event(this, ref input)) Step(input);
        else if (input.Kind == ReplicaEventKind.Frame && input.Buffer != BlockBuffers.None) Buffers.Release(input.Buffer);
    });

    /// <summary>Something happens to the engine, whatever a planted bug thinks of it.</summary>
    public void Step(in ReplicaEvent input)
    {
        if (!IsAlive) return;
        try
        {
            World.Steps++;
            _engine.Step(input, Host.Now);
            Seen = _engine.Status(Host.Now);
            World.Arbiter.Remember(this);
            World.Oracle.Stepped(this);
            while (IsAlive && _engine.Effects.TryTake(out var effect)) Begin(ref effect);
        }
        catch (InvariantException broken)
        {
            World.Oracle.OwnBug(Node, broken.Message + FirstFrames(broken));
        }

        if (IsAlive) Plan();
        World.Oracle.Look();
    }

    private static string FirstFrames(InvariantException broken) => string.Concat(
        (broken.StackTrace ?? "").Split('\n').Where(line => line.Contains("Core.Replica", StringComparison.Ordinal)).Take(5)
            .Select(line => "\n            " + line.Trim().Split('(')[0]));

    private void Begin(ref ReplicaEffect effect)
    {
        if (_mistake is not null && !_mistake.Effect(this, ref effect))
        {
            if (effect.Kind == EffectKind.Send && effect.Buffer != BlockBuffers.None) Buffers.Release(effect.Buffer);
            return;
        }

        Perform(effect);
    }

    /// <summary>Does one thing for the engine.</summary>
    public void Perform(in ReplicaEffect effect)
    {
        switch (effect.Kind)
        {
            case EffectKind.DiskRead or EffectKind.DiskWrite or EffectKind.DiskFlush or EffectKind.DiskZero: Submit(effect); break;
            case EffectKind.Send: Link.Send(effect.Session, effect.Header, effect.Buffer); break;
            case EffectKind.Complete: World.Front.Answered(this, effect.Tag, effect.Result); break;
            case EffectKind.Connect: Link.IsWanted = true; break;
            case EffectKind.Disconnect: Link.Disconnect(effect.Session, effect.Final); break;
            case EffectKind.AskFence:
                World.Tell(Node, "asks whether it may go on without its peer");
                AsksFence = true;
                break;
            case EffectKind.Expose: Expose(effect.Result == 1); break;
            case EffectKind.Resized: break; // The front end asks for the size each time.
            case EffectKind.Tell: World.Oracle.Told(this, effect.News, effect.Words ?? ""); break;
            case EffectKind.Ordered: Answer(effect.Order!, effect.Result, effect.Words ?? ""); break;
            case EffectKind.Ended: HasEnded = true; break;
            case EffectKind.GivenUp: Host.GivenUp(effect); break;
            default: throw new InvariantException($"an effect without a meaning: {effect.Kind}");
        }
    }

    private void Submit(in ReplicaEffect effect)
    {
        var id = effect.Id;
        var memory = effect.Buffer == BlockBuffers.None
            ? default
            : _memory.AsMemory((effect.Buffer * BlockBuffers.SlotBytes) + effect.BufferOffset, effect.Length);
        Host.Disk.Submit(new DiskOperation(
            effect.Kind, effect.Area, effect.Fua, effect.Offset, effect.Length, memory,
            result => Deliver(ReplicaEvent.DiskDone(id, result))));
    }

    private void Expose(bool there)
    {
        if (there == IsExposed) return;
        IsExposed = there;
        World.Tell(Node, there ? "is exposed" : "is no longer exposed");
        World.Oracle.Exposed(this, there);
        World.Front.Exposed(this, there);
    }

    private void Answer(ReplicaOrder order, int result, string words)
    {
        World.Tell(Node, $"{Words(order)}: {(result == 0 ? "done" : "refused: " + words)}");
        Ordered?.Invoke(order, result, words);
    }

    private static string Words(ReplicaOrder order) => order is ReplicaOrder.Attach ? "Attach" : order.ToString();

    private void Plan()
    {
        var due = Instant.Later(_engine.NextDeadline, Host.Now);
        if (due >= _tickAt && _tickAt >= Host.Now) return;
        _tickAt = due;
        var tick = ++_tick;
        if (due.SinceBoot > TimeSpan.FromDays(30)) return;
        World.Timeline.After(due - Host.Now, () => WhenRunning(() => Tick(tick)));
    }

    private void Tick(ulong tick)
    {
        if (tick != _tick) return;
        _tickAt = new Instant(TimeSpan.MaxValue);
        (_spunAt, _spins) = Host.Now > _spunAt ? (Host.Now, 0) : (_spunAt, _spins + 1);
        if (_spins > 1000)
        {
            World.Oracle.OwnBug(Node, "asks for a tick at once, again and again");
            IsAlive = false;
            return;
        }

        Deliver(ReplicaEvent.Tick());
    }
}
