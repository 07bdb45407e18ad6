using System.Runtime.InteropServices;

namespace Appliance.Drivers.Interop;

public static unsafe partial class Libc
{
    /// <summary>mmap(2). The address, or -1 (MAP_FAILED) with errno.</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial void* mmap(void* address, nint length, int protection, int flags, int fd, long offset);
}
