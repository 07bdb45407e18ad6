using System.Runtime.InteropServices;

namespace Appliance.Drivers.Interop;

public static unsafe partial class Libc
{
    /// <summary>getpeername(2). 0, or -1 with errno.</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int getpeername(int fd, void* address, int* length);
}
