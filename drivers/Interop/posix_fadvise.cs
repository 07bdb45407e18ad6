using System.Runtime.InteropServices;

namespace Appliance.Drivers.Interop;

public static unsafe partial class Libc
{
    /// <summary>POSIX_FADV_DONTNEED: clean pages are dropped from the cache.</summary>
    public const int DontNeed = 4;

    /// <summary>posix_fadvise(2). 0, or an errno (not through errno).</summary>
    [LibraryImport("libc")]
    public static partial int posix_fadvise(int fd, long offset, long length, int advice);
}
