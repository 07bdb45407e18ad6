namespace Appliance.Drivers.Interop;

/// <summary>Wakes a thread that sleeps in poll(2): an eventfd(2). Safe to pulse from any thread.</summary>
public sealed unsafe class WakeUp : IDisposable
{
    // eventfd2: EFD_CLOEXEC | EFD_NONBLOCK, the values of O_CLOEXEC and O_NONBLOCK.
    private const int CloseOnExecNonBlocking = 0x80000 | 0x800;
    private readonly Lock _gate = new();
    private bool _closed;

    public WakeUp()
    {
        Fd = Libc.eventfd(0, CloseOnExecNonBlocking);
        if (Fd < 0) throw new IOException($"eventfd: {Errno.LastWords}");
    }

    /// <summary>Becomes readable with a pulse.</summary>
    public int Fd { get; }

    public void Pulse()
    {
        lock (_gate)
        {
            if (_closed) return;
            ulong one = 1;
            _ = Libc.write(Fd, &one, sizeof(ulong));
        }
    }

    /// <summary>Forgets earlier pulses.</summary>
    public void Drain()
    {
        ulong count;
        _ = Libc.read(Fd, &count, sizeof(ulong));
    }

    /// <summary>Sleeps for at most <paramref name="timeout"/>; true when pulsed.</summary>
    public bool Wait(TimeSpan timeout)
    {
        var entry = new PollFd { Fd = Fd, Events = PollFd.In };
        return PollFd.Wait(&entry, 1, timeout) > 0;
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_closed) return;
            _closed = true;
            _ = Libc.close(Fd);
        }
    }
}
