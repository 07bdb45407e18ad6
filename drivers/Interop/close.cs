using System.Runtime.InteropServices;
using Appliance.Core;

namespace Appliance.Drivers.Interop;

public static unsafe partial class Libc
{
    /// <summary>close(2). Never retried: on Linux the descriptor is gone even after EINTR. One that is not open was closed twice: the next
    /// time it may be somebody else's, so that is never let pass.</summary>
    public static int close(int fd)
    {
        var result = Close(fd);
        Invariant.Check(result == 0 || Errno.Last != Errno.EBADF);
        return result;
    }

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int fd);
}
