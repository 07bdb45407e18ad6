using Appliance.Core;
using Appliance.Drivers.Interop;

namespace Appliance.Agent.Decision;

/// <summary>An eventfd that ends the sleep of a thread in poll(2). Any thread may wake; the owner waits.</summary>
public sealed unsafe class WakeFd : IDisposable
{
    private const int NonBlocking = 0x800 | 0x80000; // EFD_NONBLOCK | EFD_CLOEXEC

    public WakeFd()
    {
        Fd = Libc.eventfd(0, NonBlocking);
        Invariant.Check(Fd >= 0);
    }

    /// <summary>For poll sets of others.</summary>
    public int Fd { get; private set; }

    /// <summary>Ends the current or the next wait.</summary>
    public void Wake()
    {
        ulong one = 1;
        _ = Libc.write(Fd, &one, sizeof(ulong));
    }

    /// <summary>Waits until woken or until the time is over.</summary>
    public void Wait(TimeSpan atMost)
    {
        var entry = new PollFd { Fd = Fd, Events = PollFd.In };
        if (PollFd.Wait(&entry, 1, atMost) == 0) return;
        ulong count;
        _ = Libc.read(Fd, &count, sizeof(ulong));
    }

    public void Dispose()
    {
        if (Fd >= 0) _ = Libc.close(Fd);
        Fd = -1;
    }
}
