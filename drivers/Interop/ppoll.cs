using System.Runtime.InteropServices;

namespace Appliance.Drivers.Interop;

public static unsafe partial class Libc
{
    /// <summary>ppoll(2). As poll(2), but the time-out is exact to the nanosecond; <paramref name="signals"/> is null.</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int ppoll(PollFd* entries, nuint count, TimeSpec* timeout, void* signals);
}
