using Appliance.Drivers.Interop;

namespace Appliance.Drivers.IoLoop;

internal enum PoolKind : byte
{
    Read,
    Write,
    WriteThrough,
    Sync,
    Allocate,
    Receive,
    Send,
    Accept,
    Poll,
}

/// <summary>One operation of a <see cref="PoolLoop"/>: its arguments, and the system call.</summary>
internal unsafe struct PoolOperation
{
    private const int NoWait = 0x40; // MSG_DONTWAIT
    private const int NoSignal = 0x4000; // MSG_NOSIGNAL
    private const int CloseOnExec = 0x80000; // SOCK_CLOEXEC
    private const int Dsync = 2; // RWF_DSYNC

    public IIoOwner? Owner;
    public ulong Token;
    public int Next;
    public PoolKind Kind;
    public bool Cancelled;

    /// <summary>Tried, and would have had to wait: ask poll first.</summary>
    public bool Blocked;
    public int Worker;
    public int Fd;
    public byte* Address;
    public long Length;
    public long Offset;
    public int Mode;
    public int Result;

    /// <summary>What poll(2) is to wait for.</summary>
    public readonly short Events => Kind switch
    {
        PoolKind.Send => PollFd.Out,
        PoolKind.Poll => (short)Mode,
        _ => PollFd.In,
    };

    /// <summary>A disk's operation, which blocks. Bytes, or -errno.</summary>
    public readonly int Perform()
    {
        var part = new IoVector { Bytes = Address, Length = (nuint)Length };
        while (true)
        {
            var result = Kind switch
            {
                PoolKind.Read => Libc.pread(Fd, Address, (nint)Length, Offset),
                PoolKind.Write => Libc.pwrite(Fd, Address, (nint)Length, Offset),
                PoolKind.WriteThrough => Libc.pwritev2(Fd, &part, 1, Offset, Dsync),
                PoolKind.Sync => Libc.fdatasync(Fd),
                _ => Libc.fallocate(Fd, Mode, Offset, Length),
            };
            if (result >= 0) return (int)result;
            if (Errno.Last != Errno.EINTR) return -Errno.Last;
        }
    }

    /// <summary>A socket's operation, which never waits: -EAGAIN when it would have to.</summary>
    public readonly int Try()
    {
        while (true)
        {
            nint result;
            switch (Kind)
            {
                case PoolKind.Receive:
                    result = Libc.recv(Fd, Address, (nint)Length, NoWait);
                    break;
                case PoolKind.Send:
                    var message = new MessageHeader { Parts = (IoVector*)Address, Count = (nuint)Length };
                    result = Libc.sendmsg(Fd, &message, NoWait | NoSignal);
                    break;
                default:
                    result = Blocked ? Libc.accept4(Fd, null, null, CloseOnExec) : -1;
                    if (!Blocked) return -Errno.EAGAIN; // Accepting waits unless poll has seen a caller.
                    break;
            }

            if (result >= 0) return (int)result;
            if (Errno.Last != Errno.EINTR) return -Errno.Last;
        }
    }
}
