using Appliance.Drivers.Interop;

namespace Appliance.Drivers.IoLoop;

/// <summary>A thread that performs disk operations, one after the other.</summary>
internal sealed unsafe class PoolWorker : IDisposable
{
    private const int StackBytes = 128 << 10;
    private const int CloseOnExec = 0x80000; // EFD_CLOEXEC

    private readonly PoolOperation[] _operations;
    private readonly Action _wakeLoop;
    private readonly PoolRing _asked = new(IoLoop.OperationsMax);
    private readonly int _bell;
    private readonly Thread _thread;
    private int _asleep;
    private volatile bool _ending;

    /// <param name="operations">Of the loop; an entry belongs to the worker between Give and TryTake.</param>
    /// <param name="wakeLoop">Called after each end.</param>
    public PoolWorker(PoolOperation[] operations, int number, Action wakeLoop)
    {
        (_operations, _wakeLoop) = (operations, wakeLoop);
        _bell = Libc.eventfd(0, CloseOnExec);
        if (_bell < 0) throw new IOException($"eventfd: {Errno.LastWords}");
        _thread = new Thread(Work, StackBytes) { IsBackground = true, Name = $"disk {number}" };
        _thread.Start();
    }

    /// <summary>How busy it is, by the loop's own counting: a flush weighs more than a write.</summary>
    public int Load { get; set; }

    public PoolRing Ended { get; } = new(IoLoop.OperationsMax);

    public void Give(int operation)
    {
        _asked.Put(operation);
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _asleep) != 0) Ring();
    }

    private void Work()
    {
        while (!_ending)
        {
            if (!_asked.TryTake(out var at))
            {
                Sleep();
                continue;
            }

            _operations[at].Result = _operations[at].Perform();
            Ended.Put(at);
            _wakeLoop();
        }
    }

    private void Sleep()
    {
        Volatile.Write(ref _asleep, 1);
        Interlocked.MemoryBarrier();
        ulong count;
        if (_asked.IsEmpty && !_ending) _ = Libc.read(_bell, &count, sizeof(ulong));
        Volatile.Write(ref _asleep, 0);
    }

    private void Ring()
    {
        ulong one = 1;
        _ = Libc.write(_bell, &one, sizeof(ulong));
    }

    /// <summary>Ends when the operation under way has.</summary>
    public void Dispose()
    {
        _ending = true;
        Ring();
        // A disk that hangs keeps its thread; the descriptor then stays open rather than be somebody else's.
        if (_thread.Join(TimeSpan.FromSeconds(2))) _ = Libc.close(_bell);
    }
}
