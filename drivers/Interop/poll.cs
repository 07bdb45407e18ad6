using System.Runtime.InteropServices;

namespace Appliance.Drivers.Interop;

public static unsafe partial class Libc
{
    /// <summary>poll(2). Number of ready entries, 0 after <paramref name="timeout"/> milliseconds (-1: wait for ever), or -1 with
    /// errno.</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int poll(PollFd* entries, nuint count, int timeout);
}
