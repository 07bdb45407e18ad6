using System.Runtime.CompilerServices;
using Appliance.Drivers.Interop;

namespace Appliance.Agent.Heartbeat;

/// <summary>What makes a thread punctual: real-time scheduling, memory that is never paged out. Refusals are words, not failures: the
/// heartbeat works without, less punctually.</summary>
internal static unsafe class Realtime
{
    /// <summary>Above ordinary real-time work, below the kernel's own threads.</summary>
    public const int Priority = 50;

    private const int FirstInFirstOut = 1 | 0x40000000; // SCHED_FIFO | SCHED_RESET_ON_FORK
    private const int LockAll = 1 | 2 | 4; // MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT
    private const int StackToTouch = 96 << 10;

    /// <summary>Of the watchdog's thread: the heartbeat is more urgent.</summary>
    public const int WatchdogPriority = 40;

    /// <summary>Makes the calling thread real-time; else says why not.</summary>
    public static bool TrySchedule(out string problem, int priority = Priority)
    {
        var done = Libc.sched_setscheduler(0, FirstInFirstOut, &priority) == 0;
        problem = done ? ""
            : $"the heartbeat runs without SCHED_FIFO ({Errno.LastWords}) and may be late under load: set LimitRTPRIO={priority} or give "
                + "CAP_SYS_NICE to the unit";
        return done;
    }

    /// <summary>Keeps all memory of the process in RAM once it was used; else says why not.</summary>
    public static bool TryLockMemory(out string problem)
    {
        var done = Libc.mlockall(LockAll) == 0;
        problem = done ? ""
            : $"memory is not locked ({Errno.LastWords}) and the heartbeat may be late when memory is short: set LimitMEMLOCK=infinity or "
                + "give CAP_IPC_LOCK to the unit";
        return done;
    }

    /// <summary>Faults in the stack before it is needed.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void TouchStack()
    {
        var stack = stackalloc byte[StackToTouch];
        for (var at = 0; at < StackToTouch; at += 4096) Volatile.Write(ref stack[at], 1);
    }
}
