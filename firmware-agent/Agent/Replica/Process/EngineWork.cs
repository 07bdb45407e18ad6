using Appliance.Agent.Clock;
using Appliance.Agent.Replica.Control;
using Appliance.Core;
using Appliance.Core.Replica;
using Appliance.Core.Replica.Disk;
using Appliance.Core.Replica.Wire;
using Appliance.Core.Time;
using Appliance.Drivers.BlockDisk;
using Appliance.Drivers.BlockFront;
using Appliance.Drivers.Interop;
using Appliance.Drivers.IoLoop;
using Appliance.Drivers.PeerLink;

namespace Appliance.Agent.Replica.Process;

/// <summary>
/// An engine and what it acts through, on one thread: every end of an operation is an event, every event a step, every step's effects are
/// performed at once and in order. Nothing here decides.
/// </summary>
internal sealed unsafe class EngineWork : ILoopWork, IDiskOwner, IPeerLinkOwner, IDisposable
{
    /// <summary>Buffers that are always left for what is not a user's request (see BlockBuffers).</summary>
    private const int FrontReserve = 28;

    private readonly EngineOptions _options;
    private readonly BufferMemory _memory;
    private readonly ReplicaEngine _engine;
    private readonly EngineDoor _door;
    private readonly StatusTaker _status;
    private readonly Action<NewsKind, string> _tell;
    private readonly List<AttachedDisk> _leftDisks = [];
    private FrontEnds? _fronts;
    private OrderDesk? _orders;
    private PeerLink? _link;
    private IoLoop? _loop;
    private DiskPerformer? _disk;
    private AttachedDisk? _attached;
    private bool _performing;

    /// <param name="tell">News for journal and alarms.</param>
    public EngineWork(EngineOptions options, StatusBoard board, Action<NewsKind, string> tell)
    {
        (_options, _tell) = (options, tell);
        _memory = new BufferMemory(options.Buffers);
        _engine = new ReplicaEngine(options.Config, options.Identity, _memory.Buffers, BootClock.Now);
        _door = new EngineDoor(_memory, Step);
        _status = new StatusTaker(options.Config.Name, board, _engine.Status, () => _fronts!, () => _door.Answered);
    }

    /// <inheritdoc/>
    public bool Ended { get; private set; }

    /// <summary>A device of an earlier process waits in the kernel. Valid once the thread has started.</summary>
    public bool FrontSurvived => _fronts is { Survived: true };

    public StatusTaker Status => _status;

    public BlockBuffers Buffers => _memory.Buffers;

    /// <summary>Requests answered. Valid after the end.</summary>
    public long Answered => _door.Answered;

    /// <summary>Managed bytes that the thread has allocated for anything but snapshots. Valid after the end.</summary>
    public long Allocated { get; private set; }

    /// <inheritdoc/>
    public void Begin(IoLoop loop)
    {
        _loop = loop;
        _fronts = _options.Fronts(loop, _door, Tell);
        _orders = new OrderDesk(_fronts, Step);
        if (_options.Link is { } link) _link = new PeerLink(loop, link, _memory.Buffers, _memory.Of, this, () => BootClock.Now);
        _status.Begin();
    }

    /// <summary>An order from outside, on this thread.</summary>
    public void Take(PendingOrder order)
    {
        if (order.Disk is { } disk) Attach(disk);
        _status.Changed();
        _orders!.Take(order, BootClock.Now);
    }

    /// <summary>Hands an event to the engine, and performs what it asks for.</summary>
    public void Step(in ReplicaEvent input)
    {
        _engine.Step(input, BootClock.Now);
        if (_performing) return; // Within Perform: the loop below goes on.
        _performing = true;
        while (_engine.Effects.TryTake(out var effect)) Perform(effect);
        _performing = false;
    }

    /// <inheritdoc/>
    public void DiskDone(uint id, int result) => Step(ReplicaEvent.DiskDone(id, result));

    void IPeerLinkOwner.LinkUp(uint session)
    {
        _status.Changed();
        Step(ReplicaEvent.LinkUp(session));
    }

    void IPeerLinkOwner.LinkDown(uint session, string words, bool final)
    {
        _status.Changed();
        Step(ReplicaEvent.LinkDown(session, words, final));
    }

    void IPeerLinkOwner.Frame(uint session, in FrameHeader header, int buffer) =>
        Step(ReplicaEvent.Frame(session, header, buffer));

    /// <inheritdoc/>
    public Instant Turned(Instant now)
    {
        if (now >= _engine.NextDeadline) Step(ReplicaEvent.Tick());
        if (_memory.Buffers.Available > FrontReserve) _fronts!.BuffersFree();
        _orders!.Turned(now);
        if (_attached is not null && _engine.Disk == DiskState.Diskless) Detached(); // Else no disk could be attached again.
        if (_leftDisks.Count > 0 && _disk is null or { Running: 0 }) CloseLeftDisks();
        Copy(now);
        _fronts!.TurnEnds(); // The last two: what was said in this turn goes out together.
        _link?.Turned(now);
        if (_disk is { HasLater: true }) return now;
        var next = _engine.NextDeadline;
        if (_orders.NextDeadline < next) next = _orders.NextDeadline;
        if (_link is not null && _link.NextDeadline < next) next = _link.NextDeadline;
        var wanted = _status.Turned(now);
        return wanted < next ? wanted : next;
    }

    /// <summary>The peer gets its writes first: it works on them while this thread copies its own.</summary>
    private void Copy(Instant now)
    {
        if (_disk is not { HasLater: true }) return;
        _link?.Turned(now);
        if (_link is { IsSending: true }) _loop!.Submit();
        _disk.Turned();
    }

    private void Perform(in ReplicaEffect effect)
    {
        switch (effect.Kind)
        {
            case EffectKind.DiskRead or EffectKind.DiskWrite or EffectKind.DiskFlush or EffectKind.DiskZero:
                if (_disk is null) Step(ReplicaEvent.DiskDone(effect.Id, -Errno.ENODEV));
                else _disk.Perform(effect);
                break;
            case EffectKind.Send:
                Send(effect);
                break;
            case EffectKind.Complete:
                _door.Complete(effect.Tag, effect.Result);
                break;
            default:
                PerformRare(effect);
                break;
        }
    }

    private void Send(in ReplicaEffect effect)
    {
        if (_link is not null) _link.Send(effect.Session, effect.Header, effect.Buffer);
        else if (effect.Buffer >= 0) _memory.Buffers.Release(effect.Buffer);
    }

    private void PerformRare(in ReplicaEffect effect)
    {
        _status.Changed();
        switch (effect.Kind)
        {
            case EffectKind.Connect: _link?.Connect(); break;
            case EffectKind.Disconnect: _link?.Disconnect(effect.Session, effect.Final); break;
            case EffectKind.AskFence: _status.AskFence = true; break;
            case EffectKind.Expose: Expose(effect.Result != 0); break;
            case EffectKind.Resized: Resized(effect.Offset); break;
            case EffectKind.Tell: Tell(effect.News, effect.Words ?? ""); break;
            case EffectKind.Ordered: Ordered(effect.Order, effect.Result, effect.Words ?? ""); break;
            case EffectKind.GivenUp: GivenUp(effect); break;
            case EffectKind.Ended: End(); break;
            default: throw new InvariantException($"an effect that nobody performs: {effect.Kind}");
        }
    }

    /// <summary>To expose twice, or to hide what is hidden, is no harm.</summary>
    private void Expose(bool there)
    {
        if (there) _fronts!.Expose();
        else _fronts!.Withdraw(out _);
    }

    private void Resized(long size)
    {
        _door.Size = size;
        _fronts!.Resized(size);
    }

    private void Ordered(ReplicaOrder? order, int result, string words)
    {
        if (order is ReplicaOrder.PeerFenced && result >= 0) _status.AskFence = false;
        if (order is ReplicaOrder.Attach && result < 0) Detached();
        if (order is ReplicaOrder.Detach && result >= 0) Detached();
        _orders!.Ordered(order, result, words);
    }

    private void GivenUp(in ReplicaEffect effect)
    {
        if (_attached?.Keep is not { } keep) return;
        var note = new GivenUpNote(_attached.Image.Superblock.Device, (ulong)effect.Offset, effect.Result == 1);
        if (keep(note) is { Length: > 0 } problem) Tell(NewsKind.Warning, problem);
    }

    private void Attach(AttachedDisk disk)
    {
        Detached();
        while (_disk is { HasLater: true }) _disk.Turned(); // Nobody asks the one before again.
        (_attached, _door.Size) = (disk, disk.Image.Superblock.DataBytes);
        _disk = new DiskPerformer(_loop!, _memory.Address, disk.Data, disk.Metadata, this) { CopiesLast = true };
    }

    /// <summary>The disk is let go when its last operation has ended.</summary>
    private void Detached()
    {
        if (_attached is not null) _leftDisks.Add(_attached);
        _attached = null;
    }

    private void CloseLeftDisks()
    {
        if (_attached is null) _disk = null;
        foreach (var disk in _leftDisks) disk.Claim.Dispose();
        _leftDisks.Clear();
    }

    private void Tell(NewsKind kind, string words)
    {
        _status.Changed();
        _tell(kind, words);
    }

    private void End()
    {
        if (_orders!.FrontStays && !_fronts!.Leave())
            Tell(NewsKind.Alarm, "the device cannot wait for the next process: whoever uses it gets errors");
        _orders.Ended();
        Ended = true;
    }

    /// <inheritdoc/>
    void ILoopWork.End()
    {
        Allocated = _status.Allocated;
        _status.End();
        _link?.Dispose();
        if (!_orders!.FrontStays) _fronts!.Dispose();
        _attached?.Claim.Dispose();
        CloseLeftDisks();
    }

    public void Dispose() => _memory.Dispose();
}
