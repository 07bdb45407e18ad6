using Appliance.Core.Time;
using Appliance.Drivers.BlockDisk;
using Appliance.Drivers.BlockFront;
using Appliance.Drivers.IoLoop;

namespace Appliance.Agent.Replica.Process;

/// <summary>One disk behind one front end, without an engine.</summary>
/// <param name="target">The disk.</param>
/// <param name="size">Its bytes.</param>
/// <param name="buffers">Of 128 KiB each.</param>
/// <param name="front">Makes the front end on the loop's thread.</param>
internal sealed unsafe class PlainWork(DiskTarget target, long size, int buffers, Func<IoLoop, IBlockDoor, IBlockFront> front)
    : ILoopWork, IDisposable
{
    private const int FrontReserve = 28;
    private static readonly TimeSpan Rhythm = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(20);

    private readonly BufferMemory _memory = new(buffers);
    private PlainDoor? _door;
    private IBlockFront? _front;
    private bool _stopping;
    private long _allocatedAtBegin;

    /// <inheritdoc/>
    public bool Ended { get; private set; }

    /// <summary>Requests answered. On the thread, or after its end.</summary>
    public long Answered => _door?.Answered ?? 0;

    /// <summary>Managed bytes that the thread has allocated since it began. Valid after its end.</summary>
    public long Allocated { get; private set; }

    /// <inheritdoc/>
    public void Begin(IoLoop loop)
    {
        _door = new PlainDoor(_memory, size);
        _door.Disk = new DiskPerformer(loop, _memory.Address, target, target, _door);
        _front = front(loop, _door);
        _allocatedAtBegin = GC.GetAllocatedBytesForCurrentThread();
    }

    /// <summary>To be called on the thread: ends when nothing is under way.</summary>
    public void Stop() => _stopping = true;

    /// <inheritdoc/>
    public Instant Turned(Instant now)
    {
        if (_memory.Buffers.Available > FrontReserve) _front!.BuffersFree();
        if (_stopping) Ended = _front!.Withdraw();
        _front!.TurnEnds();
        return now + (_stopping ? Soon : Rhythm);
    }

    /// <inheritdoc/>
    public void End()
    {
        Allocated = GC.GetAllocatedBytesForCurrentThread() - _allocatedAtBegin;
        _front!.Dispose();
    }

    public void Dispose() => _memory.Dispose();
}
