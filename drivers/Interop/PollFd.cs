using System.Diagnostics;
using System.Runtime.InteropServices;
using Appliance.Core;

namespace Appliance.Drivers.Interop;

/// <summary>struct pollfd of poll(2).</summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct PollFd
{
    public int Fd;
    public short Events;
    public short Returned;

    public const short In = 0x1;
    public const short Out = 0x4;
    public const short Error = 0x8;
    public const short HangUp = 0x10;
    public const short Invalid = 0x20;

    /// <summary>Waits until an entry is ready: how many are, 0 when the time is over. A signal that any other part of the process gets (a
    /// child that ended) cuts poll(2) short, SA_RESTART or not (signal(7)): that is neither readiness nor the end of the time, so what is
    /// left of it is waited for again, and no entry keeps what an earlier wait had found.</summary>
    /// <param name="entries">Those with a negative descriptor are passed over.</param>
    /// <param name="atMost">Nothing or less: looks and does not wait. Null: for ever. (A time that is already over by one millisecond is
    /// <see cref="Timeout.InfiniteTimeSpan"/> to others; not here.)</param>
    public static int Wait(PollFd* entries, int count, TimeSpan? atMost)
    {
        var start = Stopwatch.GetTimestamp();
        for (var at = 0; at < count; at++) entries[at].Returned = 0;
        while (true)
        {
            var time = TimeSpec.Of(atMost - Stopwatch.GetElapsedTime(start) is { Ticks: > 0 } left ? left : TimeSpan.Zero);
            var ready = Libc.ppoll(entries, (nuint)count, atMost is null ? null : &time, null);
            if (ready >= 0) return ready;
            // ENOMEM passes; anything else is a descriptor table we should not have.
            Invariant.Check(Errno.Last is Errno.EINTR or Errno.ENOMEM);
        }
    }
}
