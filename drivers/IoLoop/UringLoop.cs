using System.Runtime.InteropServices;
using Appliance.Core;
using Appliance.Drivers.Interop;

namespace Appliance.Drivers.IoLoop;

/// <summary>
/// The loop on io_uring: whatever was begun since the last turn goes to the kernel in the one system call that also waits. A socket that
/// was opened non-blocking is made blocking at its first use: io_uring waits in the kernel only on those.
/// </summary>
public sealed unsafe class UringLoop : IoLoop
{
    private const uint Entries = 1024;
    private const ulong Nobody = ulong.MaxValue;
    private const ulong OfWake = ulong.MaxValue - 1;
    private const uint DataSync = 1; // IORING_FSYNC_DATASYNC
    private const uint WriteDsync = 2; // RWF_DSYNC
    private const uint NoSignal = 0x4000; // MSG_NOSIGNAL
    private const uint CloseOnExec = 0x80000; // SOCK_CLOEXEC
    private const uint CancelAllOfDescriptor = 1 | 2; // IORING_ASYNC_CANCEL_ALL | IORING_ASYNC_CANCEL_FD
    private const int GetFlags = 3; // F_GETFL
    private const int SetFlags = 4; // F_SETFL
    private const int NonBlocking = 0x800; // O_NONBLOCK

    private readonly UringRing _ring;
    private readonly WakeUp _wake = new();
    private readonly Slot[] _slots = new Slot[OperationsMax];
    private readonly MessageHeader* _messages;
    private int _free;
    private int _woken;

    private UringLoop(UringRing ring)
    {
        _ring = ring;
        _messages = (MessageHeader*)NativeMemory.AllocZeroed(OperationsMax + 1, (nuint)sizeof(MessageHeader));
        for (var at = 0; at < OperationsMax; at++) _slots[at].Next = at + 1;
        WatchWake();
    }

    /// <summary>A loop of the calling thread. Null, and why not in words.</summary>
    public static UringLoop? Open(out string problem) =>
        UringRing.Open(Entries, big: false, out problem) is { } ring ? new UringLoop(ring) : null;

    /// <summary>Completions are posted only when this thread asks (Linux 6.1).</summary>
    public bool Deferred => _ring.Deferred;

    /// <inheritdoc/>
    public override void Read(IIoOwner owner, ulong token, int fd, byte* buffer, int length, long offset) =>
        Begin(owner, token, UringOpcode.Read, fd, (ulong)offset, buffer, length, 0);

    /// <inheritdoc/>
    public override void Write(IIoOwner owner, ulong token, int fd, byte* buffer, int length, long offset, bool dsync) =>
        Begin(owner, token, UringOpcode.Write, fd, (ulong)offset, buffer, length, dsync ? WriteDsync : 0);

    /// <inheritdoc/>
    public override void Sync(IIoOwner owner, ulong token, int fd) => Begin(owner, token, UringOpcode.Fsync, fd, 0, null, 0, DataSync);

    /// <inheritdoc/>
    public override void Allocate(IIoOwner owner, ulong token, int fd, int mode, long offset, long length) =>
        Begin(owner, token, UringOpcode.Allocate, fd, (ulong)offset, (byte*)length, mode, 0);

    /// <inheritdoc/>
    public override void Receive(IIoOwner owner, ulong token, int socket, byte* buffer, int length) =>
        Begin(owner, token, UringOpcode.Receive, socket, 0, buffer, length, 0);

    /// <inheritdoc/>
    public override void Send(IIoOwner owner, ulong token, int socket, IoVector* parts, int count)
    {
        var message = &_messages[_free];
        message->Parts = parts;
        message->Count = (nuint)count;
        Begin(owner, token, UringOpcode.SendMessage, socket, 0, (byte*)message, 1, NoSignal);
    }

    /// <inheritdoc/>
    public override void Accept(IIoOwner owner, ulong token, int socket) =>
        Begin(owner, token, UringOpcode.Accept, socket, 0, null, 0, CloseOnExec);

    /// <inheritdoc/>
    public override void Poll(IIoOwner owner, ulong token, int fd, short events) =>
        Begin(owner, token, UringOpcode.PollAdd, fd, 0, null, 0, (ushort)events);

    /// <summary>IORING_OP_URING_CMD: asks the driver behind a descriptor something in sixteen bytes (ublk).</summary>
    public void Command(IIoOwner owner, ulong token, int fd, uint commandOp, ulong low, ulong high)
    {
        var slot = Take(owner, token);
        ref var entry = ref _ring.Put(UringOpcode.Command);
        (entry.Fd, entry.CommandOp, entry.UserData) = (fd, commandOp, (ulong)slot);
        (entry.CommandLow, entry.CommandHigh) = (low, high);
    }

    /// <inheritdoc/>
    public override void Cancel(int fd)
    {
        ref var entry = ref _ring.Put(UringOpcode.AsyncCancel);
        (entry.Fd, entry.OpFlags, entry.UserData) = (fd, CancelAllOfDescriptor, Nobody);
    }

    private void Begin(
        IIoOwner owner, ulong token, UringOpcode opcode, int fd, ulong offset, byte* address, int length, uint flags)
    {
        var slot = Take(owner, token);
        ref var again = ref _slots[slot].Again;
        again = default;
        (again.Opcode, again.Fd, again.Offset, again.Address, again.Length, again.OpFlags, again.UserData) =
            (opcode, fd, offset, (ulong)address, (uint)length, flags, (ulong)slot);
        _ring.Put(opcode) = again;
    }

    private int Take(IIoOwner owner, ulong token)
    {
        var slot = _free;
        Invariant.Check(slot < OperationsMax);
        ref var taken = ref _slots[slot];
        _free = taken.Next;
        (taken.Owner, taken.Token) = (owner, token);
        return slot;
    }

    private void WatchWake()
    {
        ref var entry = ref _ring.Put(UringOpcode.PollAdd);
        (entry.Fd, entry.OpFlags, entry.UserData) = (_wake.Fd, (uint)PollFd.In, OfWake);
    }

    /// <inheritdoc/>
    public override int Turn(TimeSpan wait)
    {
        if (_ring.HasDone || wait <= TimeSpan.Zero)
        {
            if (_ring.Waiting > 0 || _ring.NeedsEnter) _ring.Enter(0, TimeSpan.Zero);
        }
        else
        {
            _ring.Enter(1, wait);
        }

        var ended = 0;
        // What ends while we answer waits for the next turn: the caller has deadlines to look at.
        for (var here = _ring.DoneCount; here > 0 && _ring.TryTake(out var completion); here--)
        {
            if (completion.UserData < OperationsMax)
                ended += End((int)completion.UserData, completion.Result);
            else if (completion.UserData == OfWake)
                Woken();
        }

        return ended;
    }

    /// <inheritdoc/>
    public override void Submit()
    {
        if (_ring.Waiting > 0) _ring.Enter(0, TimeSpan.Zero);
    }

    private int End(int at, int result)
    {
        ref var slot = ref _slots[at];
        if (result == -Errno.EAGAIN && MadeBlocking(slot.Again))
        {
            _ring.Put(slot.Again.Opcode) = slot.Again;
            return 0;
        }

        var (owner, token) = (slot.Owner!, slot.Token);
        (slot.Owner, slot.Next, slot.Again.Opcode) = (null, _free, 0);
        _free = at;
        owner.Done(token, result);
        return 1;
    }

    private static bool MadeBlocking(in UringEntry entry)
    {
        if (entry.Opcode is not (UringOpcode.Receive or UringOpcode.SendMessage or UringOpcode.Accept)) return false;
        var flags = Libc.fcntl(entry.Fd, GetFlags, 0);
        return flags >= 0 && (flags & NonBlocking) != 0 && Libc.fcntl(entry.Fd, SetFlags, flags & ~NonBlocking) == 0;
    }

    private void Woken()
    {
        _wake.Drain();
        // A full barrier: who finds 1 here has put its news where our caller looks after this turn.
        Interlocked.Exchange(ref _woken, 0);
        WatchWake();
    }

    /// <inheritdoc/>
    public override void Wake()
    {
        if (Interlocked.Exchange(ref _woken, 1) == 0) _wake.Pulse();
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _ring.Dispose();
        _wake.Dispose();
        NativeMemory.Free(_messages);
    }

    private struct Slot
    {
        public IIoOwner? Owner;
        public ulong Token;
        public int Next;

        /// <summary>To try once more.</summary>
        public UringEntry Again;
    }
}
