using System.Runtime.InteropServices;

namespace Appliance.Drivers.Interop;

public static unsafe partial class Libc
{
    /// <summary>clock_gettime(2). 0, or -1. Answered without a system call, so the collector need not know.</summary>
    [LibraryImport("libc"), SuppressGCTransition]
    public static partial int clock_gettime(int clock, TimeSpec* time);
}
