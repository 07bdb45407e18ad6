using System.Runtime.InteropServices;

namespace Appliance.Drivers.Interop;

public static unsafe partial class Libc
{
    /// <summary>syncfs(2): the whole file system the descriptor is on. 0, or -1 with errno.</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int syncfs(int fd);
}
