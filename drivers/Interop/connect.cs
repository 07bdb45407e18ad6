using System.Runtime.InteropServices;

namespace Appliance.Drivers.Interop;

public static unsafe partial class Libc
{
    /// <summary>connect(2). 0, or -1 with errno (EINPROGRESS on a non-blocking socket).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int connect(int fd, void* address, int length);
}
