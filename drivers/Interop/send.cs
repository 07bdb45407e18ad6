using System.Runtime.InteropServices;

namespace Appliance.Drivers.Interop;

public static unsafe partial class Libc
{
    /// <summary>send(2). Bytes sent, or -1 with errno.</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial nint send(int fd, void* bytes, nint count, int flags);
}
