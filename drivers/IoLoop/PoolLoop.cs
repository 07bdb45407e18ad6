using System.Runtime.InteropServices;
using Appliance.Core;
using Appliance.Drivers.Interop;

namespace Appliance.Drivers.IoLoop;

/// <summary>The loop without io_uring: sockets by calls that do not wait and poll(2), disks by a few threads that may.</summary>
public sealed unsafe class PoolLoop : IoLoop
{
    private const int Workers = 6;
    private const int FlushLoad = 64;
    private const int None = -1;

    private readonly PoolOperation[] _operations = new PoolOperation[OperationsMax];
    private readonly PoolWorker[] _workers = new PoolWorker[Workers];
    private readonly WakeUp _wake = new();

    /// <summary>Room for all, and as many again that begin while others end.</summary>
    private readonly int[] _pending = new int[2 * OperationsMax];
    private readonly PollFd* _polled;
    private int _pendingCount;
    private int _free;
    private int _woken;
    private int _sleeping;

    public PoolLoop()
    {
        _polled = (PollFd*)NativeMemory.Alloc(OperationsMax + 1, (nuint)sizeof(PollFd));
        for (var at = 0; at < OperationsMax; at++) _operations[at].Next = at + 1;
        for (var number = 0; number < Workers; number++) _workers[number] = new PoolWorker(_operations, number, DiskEnded);
    }

    /// <inheritdoc/>
    public override void Read(IIoOwner owner, ulong token, int fd, byte* buffer, int length, long offset) =>
        ToDisk(Take(owner, token, PoolKind.Read, fd, buffer, length, offset, 0), 1);

    /// <inheritdoc/>
    public override void Write(IIoOwner owner, ulong token, int fd, byte* buffer, int length, long offset, bool dsync) =>
        ToDisk(Take(owner, token, dsync ? PoolKind.WriteThrough : PoolKind.Write, fd, buffer, length, offset, 0), dsync ? FlushLoad : 1);

    /// <inheritdoc/>
    public override void Sync(IIoOwner owner, ulong token, int fd) =>
        ToDisk(Take(owner, token, PoolKind.Sync, fd, null, 0, 0, 0), FlushLoad);

    /// <inheritdoc/>
    public override void Allocate(IIoOwner owner, ulong token, int fd, int mode, long offset, long length) =>
        ToDisk(Take(owner, token, PoolKind.Allocate, fd, null, length, offset, mode), FlushLoad);

    /// <inheritdoc/>
    public override void Receive(IIoOwner owner, ulong token, int socket, byte* buffer, int length) =>
        ToSocket(Take(owner, token, PoolKind.Receive, socket, buffer, length, 0, 0));

    /// <inheritdoc/>
    public override void Send(IIoOwner owner, ulong token, int socket, IoVector* parts, int count) =>
        ToSocket(Take(owner, token, PoolKind.Send, socket, (byte*)parts, count, 0, 0));

    /// <inheritdoc/>
    public override void Accept(IIoOwner owner, ulong token, int socket) =>
        ToSocket(Take(owner, token, PoolKind.Accept, socket, null, 0, 0, 0));

    /// <inheritdoc/>
    public override void Poll(IIoOwner owner, ulong token, int fd, short events) =>
        ToSocket(Take(owner, token, PoolKind.Poll, fd, null, 0, 0, events));

    /// <inheritdoc/>
    public override void Cancel(int fd)
    {
        for (var at = 0; at < _pendingCount; at++)
        {
            ref var operation = ref _operations[_pending[at]];
            if (operation.Fd == fd) operation.Cancelled = true;
        }
    }

    private int Take(
        IIoOwner owner, ulong token, PoolKind kind, int fd, byte* address, long length, long offset, int mode)
    {
        var at = _free;
        Invariant.Check(at < OperationsMax);
        ref var taken = ref _operations[at];
        _free = taken.Next;
        (taken.Owner, taken.Token, taken.Kind, taken.Fd) = (owner, token, kind, fd);
        taken.Address = address;
        (taken.Length, taken.Offset, taken.Mode, taken.Result) = (length, offset, mode, 0);
        (taken.Cancelled, taken.Blocked, taken.Worker) = (false, kind is PoolKind.Poll or PoolKind.Accept, None);
        return at;
    }

    private void ToSocket(int operation) => _pending[_pendingCount++] = operation;

    /// <summary>To the worker with the least to do.</summary>
    private void ToDisk(int operation, int load)
    {
        var least = 0;
        for (var number = 1; number < Workers; number++)
            if (_workers[number].Load < _workers[least].Load) least = number;
        _workers[least].Load += load;
        _operations[operation].Worker = least;
        _workers[least].Give(operation);
    }

    /// <inheritdoc/>
    public override int Turn(TimeSpan wait)
    {
        var ended = Sockets(polled: false) + Disks();
        Sleep(ended > 0 || wait <= TimeSpan.Zero ? TimeSpan.Zero : wait);
        return ended + Sockets(polled: true) + Disks();
    }

    /// <summary>Asks poll about every socket that would have had to wait, and sleeps if there is time.</summary>
    private void Sleep(TimeSpan wait)
    {
        var count = 0;
        _polled[count++] = new PollFd { Fd = _wake.Fd, Events = PollFd.In };
        for (var at = 0; at < _pendingCount; at++)
        {
            ref readonly var operation = ref _operations[_pending[at]];
            // Begun or cancelled since the last try: no time to sleep.
            if (!operation.Blocked || operation.Cancelled) wait = TimeSpan.Zero;
            _polled[count++] = new PollFd { Fd = operation.Blocked ? operation.Fd : None, Events = operation.Events };
        }

        if (wait > TimeSpan.Zero)
        {
            Interlocked.Exchange(ref _sleeping, 1);
            if (AnyDiskEnded()) wait = TimeSpan.Zero;
        }

        var time = TimeSpec.Of(wait);
        var needless = count == 1 && wait <= TimeSpan.Zero && Volatile.Read(ref _woken) == 0;
        var ready = needless ? 0 : Libc.ppoll(_polled, (nuint)count, &time, null);
        Volatile.Write(ref _sleeping, 0);
        for (var at = 1; at < count; at++) _operations[_pending[at - 1]].Result = ready > 0 ? _polled[at].Returned : 0;
        if (ready <= 0 || _polled[0].Returned == 0) return;
        _wake.Drain();
        // A full barrier: who finds 1 here has put its news where our caller looks after this turn.
        Interlocked.Exchange(ref _woken, 0);
    }

    private bool AnyDiskEnded()
    {
        foreach (var worker in _workers)
            if (!worker.Ended.IsEmpty) return true;
        return false;
    }

    /// <summary>Tries what is new, or what poll has found ready. Keeps the order of the rest; what is begun meanwhile waits.</summary>
    private int Sockets(bool polled)
    {
        var (ended, kept, count) = (0, 0, _pendingCount);
        for (var at = 0; at < count; at++)
        {
            var number = _pending[at];
            if (Try(ref _operations[number], polled, out var result))
            {
                ended++;
                End(number, result);
            }
            else
            {
                _pending[kept++] = number;
            }
        }

        for (var at = count; at < _pendingCount; at++) _pending[kept++] = _pending[at];
        _pendingCount = kept;
        return ended;
    }

    private static bool Try(ref PoolOperation operation, bool polled, out int result)
    {
        result = -Errno.ECANCELED;
        if (operation.Cancelled) return true;
        if (operation.Blocked != polled || (polled && operation.Result == 0)) return false;
        if (operation.Kind == PoolKind.Poll)
        {
            result = (operation.Result & PollFd.Invalid) != 0 ? -Errno.EBADF : operation.Result;
            return true;
        }

        operation.Result = 0;
        result = operation.Try();
        operation.Blocked = true;
        return result != -Errno.EAGAIN;
    }

    private int Disks()
    {
        var ended = 0;
        foreach (var worker in _workers)
        {
            while (worker.Ended.TryTake(out var number))
            {
                ref readonly var operation = ref _operations[number];
                worker.Load -= operation.Kind is PoolKind.Read or PoolKind.Write ? 1 : FlushLoad;
                ended++;
                End(number, operation.Result);
            }
        }

        return ended;
    }

    private void End(int number, int result)
    {
        ref var operation = ref _operations[number];
        var (owner, token) = (operation.Owner!, operation.Token);
        (operation.Owner, operation.Next) = (null, _free);
        _free = number;
        owner.Done(token, result);
    }

    private void DiskEnded()
    {
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _sleeping) != 0) Wake();
    }

    /// <inheritdoc/>
    public override void Wake()
    {
        if (Interlocked.Exchange(ref _woken, 1) == 0) _wake.Pulse();
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        foreach (var worker in _workers) worker.Dispose();
        _wake.Dispose();
        NativeMemory.Free(_polled);
    }
}
