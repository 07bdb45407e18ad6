using Appliance.Core.Replica;
using Appliance.Core.Time;
using Appliance.Simulation.Replica.Disks;
using Appliance.Simulation.Replica.Hosts;

namespace Appliance.Simulation.Replica.Front;

/// <summary>
/// The users of the device, wherever it is: a file system under load. It keeps the rules of the block layer (a flush covers what was
/// answered before; nothing is promised to overlapping requests under way) and asks again what a dead process has not answered.
/// </summary>
public sealed class SimFront
{
    private const int DepthMax = 20;

    private readonly ReplicaWorld _world;
    private readonly Dice _dice;
    private readonly SortedDictionary<uint, FrontRequest> _open = [];
    private ReplicaProcess? _process;
    private uint _tag;
    private int _node = -1;
    private bool _quiet;
    private Load _load = new(TimeSpan.FromMilliseconds(30), 0, 64);
    private ulong _pace;

    public SimFront(ReplicaWorld world)
    {
        (_world, _dice) = (world, world.Dice.Fork(11));
        var config = world.Site.Config[0];
        Ledger = new Ledger(world.Site.DataBytes / Sector.Bytes) { Window = config.Protocol == Protocol.C ? 0 : config.AheadBytesMax };
    }

    private sealed record Load(TimeSpan Pause, long Centre, int Spread);

    public Ledger Ledger { get; }

    /// <summary>Requests that nobody has answered.</summary>
    public IEnumerable<FrontRequest> Open => _open.Values;

    public int OpenCount => _open.Count;

    /// <summary>Node with the device; -1: none.</summary>
    public int Node => _node;

    public long Answers { get; private set; }

    /// <summary>No new requests from now on; or again.</summary>
    public bool Quiet
    {
        get => _quiet;
        set
        {
            _quiet = value;
            if (!value) Pace();
        }
    }

    /// <summary>The oldest moment at which a reader that still waits asked.</summary>
    public ulong OldestReader => _open.Values.Where(request => request.Kind == BlockKind.Read).Select(request => request.Asked)
        .DefaultIfEmpty(ulong.MaxValue).Min();

    /// <summary>The device comes or goes.</summary>
    public void Exposed(ReplicaProcess process, bool there)
    {
        if (!there)
        {
            if (_process == process && process.IsAlive && !process.HasEnded) Gone("the device went away");
            if (_process == process) _process = null;
            return;
        }

        if (_node != process.Node) Gone("the device is on another node");
        (_process, _node) = (process, process.Node);
        var again = _open.Values.ToArray();
        _open.Clear();
        foreach (var request in again)
        {
            _world.Tell(_node, $"front asks again: {request}");
            Submit(request);
        }

        Pace();
    }

    /// <summary>The machine with the device lost power, or the device was taken away: whoever waits will never hear.</summary>
    public void Gone(string why)
    {
        foreach (var request in _open.Values)
        {
            _world.Tell(_node, $"front gives up: {request}: {why}");
            if (request.Write is { } write) Ledger.Abandon(write);
        }

        _open.Clear();
        (_process, _node) = (null, -1);
    }

    /// <summary>The process died; the device waits for the next one.</summary>
    public void ProcessDied(ReplicaProcess process)
    {
        if (_process != process) return;
        _process = null;
        foreach (var request in _open.Values) request.Buffer = BlockBuffers.None;
        if (_world.Bug?.ForgetsReissue == true) _open.Clear();
    }

    /// <summary>Everything is asked with a flush, for an orderly end.</summary>
    public void Flush()
    {
        if (_process is not null) Submit(Make(BlockKind.Flush, 0, 0, fua: false));
    }

    /// <summary>An answer.</summary>
    public void Answered(ReplicaProcess process, uint tag, int result)
    {
        if (!_open.Remove(tag, out var request) || process != _process)
        {
            _world.Oracle.Break("L1 everything is answered", $"an answer to tag {tag} that nobody waits for");
            return;
        }

        Answers++;
        if (result < 0) Failed(request, result);
        else Succeeded(process, request);
        if (request.Buffer != BlockBuffers.None) process.Buffers.Release(request.Buffer);
    }

    private void Failed(FrontRequest request, int result)
    {
        _world.Tell(_node, $"front: {request} failed: {result}");
        if (request.Write is { } write) Ledger.Abandon(write);
        _world.Oracle.FrontFailed(_node, request, result);
    }

    private void Succeeded(ReplicaProcess process, FrontRequest request)
    {
        switch (request.Kind)
        {
            case BlockKind.Read:
                _world.Oracle.ReadDone(process, request, process.Buffers.Of(request.Buffer, request.Count * Sector.Bytes));
                break;
            case BlockKind.Flush:
                _world.Oracle.FlushDone(process, request);
                var covered = Ledger.Unstable.Where(record => record.Ended < request.Asked).ToArray();
                Ledger.Flushed(request.Asked);
                foreach (var record in covered) Ledger.Prune(record, OldestReader);
                break;
            default:
                Ledger.Ack(request.Write!, _node, _world.Oracle.Holders(process, request.Write!), request.Fua);
                _world.Oracle.WriteDone(process, request);
                break;
        }
    }

    private void Pace()
    {
        var pace = ++_pace;
        _world.Timeline.After(_dice.Between(TimeSpan.Zero, _load.Pause * 2), () => Go(pace));
    }

    private void Go(ulong pace)
    {
        if (pace != _pace || _quiet || _process is not { IsAlive: true } process) return;
        if (_dice.Chance(0.01)) ChangeLoad();
        if (_open.Count < DepthMax && process.Size > 0 && !process.Host.IsPaused) Submit(Any(process.Size / Sector.Bytes));
        Pace();
    }

    private void ChangeLoad()
    {
        var pause = _dice.Below(10) switch
        {
            < 2 => TimeSpan.FromMilliseconds(2),
            < 7 => TimeSpan.FromMilliseconds(25),
            < 9 => TimeSpan.FromMilliseconds(150),
            _ => TimeSpan.FromSeconds(3),
        };
        _load = new Load(pause, _dice.Below((int)(_world.Site.DataBytes / Sector.Bytes)), _dice.Pick([16, 64, 256, 1 << 20]));
    }

    private FrontRequest Any(long sectors)
    {
        var kind = _dice.Below(100) switch
        {
            < 28 => BlockKind.Read,
            < 86 => BlockKind.Write,
            < 93 => BlockKind.Flush,
            < 97 => BlockKind.WriteZeroes,
            _ => BlockKind.Discard,
        };
        if (kind == BlockKind.Flush) return Make(kind, 0, 0, fua: false);
        var longest = (int)Math.Min(sectors, kind is BlockKind.Read or BlockKind.Write ? BlockBuffers.SlotBytes / Sector.Bytes : 1024);
        var count = _dice.Below(10) switch
        {
            < 5 => 8,
            < 7 => _dice.Between(1, 16),
            < 9 => 8 * _dice.Between(1, Math.Min(longest / 8, 8)),
            _ => _dice.Between(1, longest),
        };
        var first = (_load.Centre + _dice.Below(_load.Spread)) % (sectors - count + 1);
        if (count % 8 == 0) first = first / 8 * 8;
        return Make(kind, first, count, kind != BlockKind.Read && _dice.Chance(0.1));
    }

    private FrontRequest Make(BlockKind kind, long first, int count, bool fua)
    {
        var write = kind is BlockKind.Read or BlockKind.Flush ? null : Ledger.Submit(first, count, kind != BlockKind.Write);
        return new FrontRequest
        {
            Kind = kind, First = first, Count = count, Fua = fua, Write = write, Asked = Ledger.Moment(), AskedAt = _world.Timeline.Now,
        };
    }

    private void Submit(FrontRequest request)
    {
        var process = _process!;
        var tag = ++_tag;
        var buffer = BlockBuffers.None;
        if (request.Kind is BlockKind.Read or BlockKind.Write && !process.Buffers.TryTake(BufferUse.Front, out buffer))
        {
            // Ask again when there may be memory; until then it is open without a tag of the engine's.
            _open[tag] = request;
            _world.Timeline.After(TimeSpan.FromMilliseconds(2), () => Retry(process, tag));
            return;
        }

        request.Buffer = buffer;
        if (request.Kind == BlockKind.Write)
        {
            var bytes = process.Buffers[buffer];
            for (var at = 0; at < request.Count; at++)
                Sector.Stamp(bytes.Slice(at * Sector.Bytes, Sector.Bytes), request.First + at, request.Write!.Id);
        }

        _open[tag] = request;
        process.Deliver(ReplicaEvent.Front(new BlockRequest(
            tag, request.Kind, request.First * Sector.Bytes, request.Count * Sector.Bytes, buffer, request.Fua)));
    }

    private void Retry(ReplicaProcess process, uint tag)
    {
        if (process == _process && process.IsAlive && _open.Remove(tag, out var request)) Submit(request);
    }
}
