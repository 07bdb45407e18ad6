using System.Runtime.CompilerServices;
using Appliance.Core;
using Appliance.Drivers.Interop;

namespace Appliance.Drivers.IoLoop;

/// <summary>
/// The two rings shared with the kernel (io_uring(7)), by bare system calls. Belongs to the thread that opened it. A control ring of
/// ublk asks for entries of 128 bytes; everybody else has 64.
/// </summary>
public sealed unsafe class UringRing : IDisposable
{
    private const uint SetupCompletionSize = 1 << 3;
    private const uint SetupSubmitAll = 1 << 7;
    private const uint SetupCooperative = 1 << 8;
    private const uint SetupTaskRunFlag = 1 << 9;
    private const uint SetupBigEntries = 1 << 10;
    private const uint SetupSingleIssuer = 1 << 12;
    private const uint SetupDeferred = 1 << 13;
    private const uint EnterGetEvents = 1;
    private const uint EnterExtendedArgument = 8;
    private const uint WorkWaits = 4; // IORING_SQ_TASKRUN
    private const long EntriesPlace = 0x10000000; // IORING_OFF_SQES
    private const int ReadWrite = 3; // PROT_READ | PROT_WRITE
    private const int SharedPopulated = 0x1 | 0x8000; // MAP_SHARED | MAP_POPULATE

    private readonly int _fd;
    private readonly byte* _rings;
    private readonly nint _ringsBytes;
    private readonly byte* _entries;
    private readonly nint _entriesBytes;
    private readonly int _entryBytes;
    private readonly uint* _submitHead;
    private readonly uint* _submitTail;
    private readonly uint* _submitFlags;
    private readonly uint _submitMask;
    private readonly uint* _doneHead;
    private readonly uint* _doneTail;
    private readonly uint _doneMask;
    private readonly UringCompletion* _done;
    private uint _tail;
    private bool _closed;

    private UringRing(int fd, in Parameters parameters, byte* rings, nint ringsBytes, byte* entries, nint entriesBytes, bool big)
    {
        _rings = rings;
        _entries = entries;
        (_fd, _ringsBytes, _entriesBytes, _entryBytes) = (fd, ringsBytes, entriesBytes, big ? 128 : 64);
        Deferred = (parameters.Flags & SetupDeferred) != 0;
        _submitHead = (uint*)(rings + parameters.SubmitHead);
        _submitTail = (uint*)(rings + parameters.SubmitTail);
        _submitFlags = (uint*)(rings + parameters.SubmitFlags);
        _submitMask = *(uint*)(rings + parameters.SubmitMask);
        _doneHead = (uint*)(rings + parameters.DoneHead);
        _doneTail = (uint*)(rings + parameters.DoneTail);
        _doneMask = *(uint*)(rings + parameters.DoneMask);
        _done = (UringCompletion*)(rings + parameters.DoneEntries);
        // Entry n always stands in place n of the index array.
        var places = (uint*)(rings + parameters.SubmitArray);
        for (var at = 0u; at <= _submitMask; at++) places[at] = at;
        _tail = *_submitTail;
    }

    /// <summary>Completions run only while the owner is in <see cref="Enter"/>: no interrupts, the lowest latency (Linux 6.1).</summary>
    public bool Deferred { get; }

    /// <summary>Entries put and not yet taken by the kernel.</summary>
    public uint Waiting => _tail - Volatile.Read(ref *_submitHead);

    /// <summary>A completion is here.</summary>
    public bool HasDone => Volatile.Read(ref *_doneTail) != *_doneHead;

    /// <summary>Completions that are here.</summary>
    public uint DoneCount => Volatile.Read(ref *_doneTail) - *_doneHead;

    /// <summary>The kernel has completions ready but needs an <see cref="Enter"/> to post them.</summary>
    public bool NeedsEnter => (Volatile.Read(ref *_submitFlags) & WorkWaits) != 0;

    /// <summary>Sets up the rings. Null, and why not in words: an old kernel, a container that forbids it, no memory.</summary>
    /// <param name="entries">Submissions that can wait, a power of two; eight times as many completions fit.</param>
    /// <param name="big">Entries of 128 bytes.</param>
    public static UringRing? Open(uint entries, bool big, out string problem)
    {
        problem = "";
        var shape = SetupCompletionSize | SetupSubmitAll | (big ? SetupBigEntries : 0);
        // Linux 6.1, then 5.19; what is older lacks cancelling by descriptor.
        uint[] kinds = [SetupSingleIssuer | SetupDeferred | SetupTaskRunFlag, SetupCooperative | SetupTaskRunFlag];
        foreach (var kind in kinds)
        {
            var parameters = new Parameters { Flags = shape | kind, DoneCount = entries * 8 };
            var fd = Libc.io_uring_setup(entries, &parameters);
            if (fd >= 0) return Map(fd, parameters, big, out problem);
            problem = Errno.Last switch
            {
                Errno.EINVAL => "this kernel's io_uring is too old (Linux 5.19 is needed)",
                Errno.EPERM => "io_uring is forbidden here (kernel.io_uring_disabled, or the container's system call filter)",
                Errno.ENOSYS => "this kernel has no io_uring",
                _ => $"io_uring_setup: {Errno.LastWords}",
            };
            if (Errno.Last != Errno.EINVAL) return null;
        }

        return null;
    }

    private static UringRing? Map(int fd, in Parameters parameters, bool big, out string problem)
    {
        problem = "";
        nint submitBytes = (nint)(parameters.SubmitArray + (parameters.SubmitCount * sizeof(uint)));
        nint doneBytes = (nint)(parameters.DoneEntries + (parameters.DoneCount * (uint)sizeof(UringCompletion)));
        var ringsBytes = Math.Max(submitBytes, doneBytes); // One mapping holds both since Linux 5.4.
        var entriesBytes = (nint)parameters.SubmitCount * (big ? 128 : 64);
        var rings = Libc.mmap(null, ringsBytes, ReadWrite, SharedPopulated, fd, 0);
        var entries = Libc.mmap(null, entriesBytes, ReadWrite, SharedPopulated, fd, EntriesPlace);
        if ((nint)rings != -1 && (nint)entries != -1)
            return new UringRing(fd, parameters, (byte*)rings, ringsBytes, (byte*)entries, entriesBytes, big);
        problem = $"the rings of io_uring cannot be mapped: {Errno.LastWords}";
        _ = Libc.close(fd);
        return null;
    }

    /// <summary>The next free entry, blank; the kernel sees it at the next <see cref="Enter"/>. Makes room with a system call when the
    /// ring is full.</summary>
    public ref UringEntry Put(UringOpcode opcode)
    {
        while (Waiting > _submitMask) Enter(0, TimeSpan.Zero);
        ref var entry = ref Unsafe.AsRef<UringEntry>(_entries + ((_tail & _submitMask) * (uint)_entryBytes));
        entry = default;
        if (_entryBytes > 64) Unsafe.Add(ref entry, 1) = default;
        entry.Opcode = opcode;
        _tail++;
        return ref entry;
    }

    /// <summary>Hands over what was put and waits for <paramref name="least"/> completions or the time. Being interrupted or late is no
    /// error.</summary>
    public void Enter(uint least, TimeSpan wait)
    {
        Volatile.Write(ref *_submitTail, _tail);
        var (seconds, rest) = Math.DivRem(wait.Ticks, TimeSpan.TicksPerSecond);
        var time = new KernelTime { Seconds = seconds, Nanoseconds = rest * 100 };
        var argument = new EnterArgument { Time = (ulong)&time };
        var result = Libc.io_uring_enter(
            _fd, Waiting, least, EnterGetEvents | EnterExtendedArgument, &argument, (nuint)sizeof(EnterArgument));
        if (result >= 0) return;
        var error = Errno.Last;
        // EAGAIN and EBUSY: the kernel is short of memory, or wants completions taken first; the next turn tries again.
        Invariant.Check(error is Errno.EINTR or Errno.ETIME or Errno.EAGAIN or Errno.EBUSY);
    }

    /// <summary>Takes the oldest completion.</summary>
    public bool TryTake(out UringCompletion completion)
    {
        var head = *_doneHead;
        if (head == Volatile.Read(ref *_doneTail))
        {
            completion = default;
            return false;
        }

        completion = _done[head & _doneMask];
        Volatile.Write(ref *_doneHead, head + 1);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_closed) return;
        _closed = true;
        _ = Libc.munmap(_rings, _ringsBytes);
        _ = Libc.munmap(_entries, _entriesBytes);
        _ = Libc.close(_fd);
    }

    /// <summary>struct io_uring_params, 120 bytes.</summary>
    private struct Parameters
    {
        public uint SubmitCount;
        public uint DoneCount;
        public uint Flags;
        public uint PollThread;
        public uint PollIdle;
        public uint Features;
        public uint WorkersOf;
        public fixed uint Reserved[3];
        public uint SubmitHead;
        public uint SubmitTail;
        public uint SubmitMask;
        public uint SubmitSize;
        public uint SubmitFlags;
        public uint SubmitDropped;
        public uint SubmitArray;
        public uint SubmitReserved;
        public ulong SubmitUser;
        public uint DoneHead;
        public uint DoneTail;
        public uint DoneMask;
        public uint DoneSize;
        public uint DoneOverflow;
        public uint DoneEntries;
        public uint DoneFlags;
        public uint DoneReserved;
        public ulong DoneUser;
    }

    private struct KernelTime
    {
        public long Seconds;
        public long Nanoseconds;
    }

    /// <summary>struct io_uring_getevents_arg.</summary>
    private struct EnterArgument
    {
        public ulong Signals;
        public uint SignalsBytes;
        public uint Padding;
        public ulong Time;
    }
}
