using System.Runtime.InteropServices;

namespace Appliance.Drivers.Interop;

public static unsafe partial class Libc
{
    /// <summary>recv(2). Bytes received, or -1 with errno.</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial nint recv(int fd, void* bytes, nint count, int flags);
}
