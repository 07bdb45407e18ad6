using System.Runtime.InteropServices;

namespace Appliance.Drivers.Interop;

public static unsafe partial class Libc
{
    /// <summary>preadv2(2), whose flags pread(2) lacks. Bytes read, 0 at the end, or -1 with errno. Offsets below 2^63.</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial nint preadv2(int fd, void* vectors, int count, long offset, int flags);
}
