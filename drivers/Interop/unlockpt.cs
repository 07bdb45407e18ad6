using System.Runtime.InteropServices;

namespace Appliance.Drivers.Interop;

public static unsafe partial class Libc
{
    /// <summary>unlockpt(3). 0, or -1 with errno.</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int unlockpt(int fd);
}
