using System.Runtime.InteropServices;

namespace Appliance.Drivers.Interop;

public static unsafe partial class Libc
{
    /// <summary>close(2). Never retried: on Linux the descriptor is gone even after EINTR.</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int close(int fd);
}
