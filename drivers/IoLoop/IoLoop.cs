namespace Appliance.Drivers.IoLoop;

/// <summary>Is told when an operation it began has ended, on the loop's thread.</summary>
public interface IIoOwner
{
    /// <param name="token">As given at the begin.</param>
    /// <param name="result">As the system call would: bytes or new descriptor, or -errno.</param>
    void Done(ulong token, int result);
}

/// <summary>
/// One thread's asynchronous input and output: everything begins and ends on the thread that calls <see cref="Turn"/>. Buffers must stay
/// where they are until Done. Nothing is allocated after the start. Two implementations: <c>UringLoop</c> (io_uring) and
/// <c>PoolLoop</c> (poll and a few blocking threads).
/// </summary>
public abstract unsafe class IoLoop : IDisposable
{
    /// <summary>Operations that may run at a time.</summary>
    public const int OperationsMax = 4096;

    /// <summary>pread(2) at an offset.</summary>
    public abstract void Read(IIoOwner owner, ulong token, int fd, byte* buffer, int length, long offset);

    /// <summary>pwrite(2); <paramref name="dsync"/>: RWF_DSYNC.</summary>
    public abstract void Write(IIoOwner owner, ulong token, int fd, byte* buffer, int length, long offset, bool dsync);

    /// <summary>fdatasync(2).</summary>
    public abstract void Sync(IIoOwner owner, ulong token, int fd);

    /// <summary>fallocate(2).</summary>
    public abstract void Allocate(IIoOwner owner, ulong token, int fd, int mode, long offset, long length);

    /// <summary>recv(2) into a buffer: some bytes, 0 at the end.</summary>
    public abstract void Receive(IIoOwner owner, ulong token, int socket, byte* buffer, int length);

    /// <summary>sendmsg(2) of <paramref name="count"/> parts, an array that stays where it is; may send less than all.</summary>
    public abstract void Send(IIoOwner owner, ulong token, int socket, IoVector* parts, int count);

    /// <summary>accept4(2) on a listening socket: the new descriptor.</summary>
    public abstract void Accept(IIoOwner owner, ulong token, int socket);

    /// <summary>Until the descriptor is ready for <paramref name="events"/> (poll's bits), once.</summary>
    public abstract void Poll(IIoOwner owner, ulong token, int fd, short events);

    /// <summary>Ends operations on a descriptor that have not ended; each still gets its Done (-ECANCELED or its result).</summary>
    public abstract void Cancel(int fd);

    /// <summary>Submits what was begun, waits for at least one end or the time, and calls every <see cref="IIoOwner.Done"/> that is due.
    /// Returns how many.</summary>
    public abstract int Turn(TimeSpan wait);

    /// <summary>Hands over what was begun without waiting, so that it is on its way while the caller works. A loop that begins at once
    /// has nothing to do here; no Done is called.</summary>
    public virtual void Submit()
    {
    }

    /// <summary>Makes a waiting Turn return. Any thread.</summary>
    public abstract void Wake();

    /// <inheritdoc/>
    public abstract void Dispose();
}

/// <summary>struct iovec.</summary>
public unsafe struct IoVector
{
    public byte* Bytes;
    public nuint Length;

    public static IoVector Of(byte* bytes, int length) => new() { Bytes = bytes, Length = (nuint)length };
}
