using System.Runtime.InteropServices;

namespace Appliance.Drivers.Interop;

public static unsafe partial class Libc
{
    /// <summary>sendmsg(2). Bytes sent, or -1 with errno.</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial nint sendmsg(int fd, void* message, int flags);
}
