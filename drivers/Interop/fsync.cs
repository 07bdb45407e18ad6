using System.Runtime.InteropServices;

namespace Appliance.Drivers.Interop;

public static unsafe partial class Libc
{
    /// <summary>fsync(2). Also makes a rename durable when given the directory. 0, or -1 with errno.</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int fsync(int fd);
}
