using System.Runtime.InteropServices;

namespace Appliance.Drivers.Interop;

public static unsafe partial class Libc
{
    /// <summary>dup(2). The new descriptor, or -1 with errno.</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int dup(int fd);
}
