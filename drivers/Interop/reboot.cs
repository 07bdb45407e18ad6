using System.Runtime.InteropServices;

namespace Appliance.Drivers.Interop;

public static unsafe partial class Libc
{
    /// <summary>reboot(2): ends this machine (or this container) at once, without a sync. Does not return, or -1 with errno.</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int reboot(int command);
}
