using System.Runtime.InteropServices;

namespace Appliance.Drivers.Interop;

public static unsafe partial class Libc
{
    /// <summary>pwrite(2). Bytes written, or -1 with errno.</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial nint pwrite(int fd, void* bytes, nint count, long offset);
}
