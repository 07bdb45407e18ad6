using System.Runtime.InteropServices;

namespace Appliance.Drivers.Interop;

public static unsafe partial class Libc
{
    /// <summary>sendto(2). Bytes sent, or -1 with errno.</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial nint sendto(int fd, void* bytes, nint count, int flags, void* address, int length);
}
