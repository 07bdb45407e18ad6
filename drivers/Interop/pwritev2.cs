using System.Runtime.InteropServices;

namespace Appliance.Drivers.Interop;

public static unsafe partial class Libc
{
    /// <summary>pwritev2(2), whose flags (RWF_DSYNC) pwrite(2) lacks. Bytes written, or -1 with errno.</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial nint pwritev2(int fd, void* vectors, int count, long offset, int flags);
}
