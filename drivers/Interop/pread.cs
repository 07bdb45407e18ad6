using System.Runtime.InteropServices;

namespace Appliance.Drivers.Interop;

public static unsafe partial class Libc
{
    /// <summary>pread(2). Bytes read, 0 at the end, or -1 with errno.</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial nint pread(int fd, void* bytes, nint count, long offset);
}
