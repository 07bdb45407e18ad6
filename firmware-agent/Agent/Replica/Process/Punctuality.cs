using Appliance.Agent.Heartbeat;
using Appliance.Drivers.Interop;

namespace Appliance.Agent.Replica.Process;

/// <summary>Real-time priority below the heartbeat's, and memory that is never paged out. Refusals are words, not failures.</summary>
internal static unsafe class Punctuality
{
    private const int Priority = 10;
    private const int FirstInFirstOut = 1 | 0x40000000; // SCHED_FIFO | SCHED_RESET_ON_FORK

    /// <summary>Makes the calling thread real-time.</summary>
    public static bool TrySchedule(out string problem)
    {
        var priority = Priority;
        var done = Libc.sched_setscheduler(0, FirstInFirstOut, &priority) == 0;
        problem = done ? "" : $"runs without SCHED_FIFO ({Errno.LastWords}): requests may be late under load";
        return done;
    }

    /// <summary>Keeps the memory of the process in RAM once it was used.</summary>
    public static bool TryLockMemory(out string problem)
    {
        var done = Realtime.TryLockMemory(out problem);
        if (!done) problem = $"memory is not locked ({Errno.LastWords}): set LimitMEMLOCK=infinity or give CAP_IPC_LOCK to the unit";
        return done;
    }
}
