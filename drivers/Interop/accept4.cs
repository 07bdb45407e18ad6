using System.Runtime.InteropServices;

namespace Appliance.Drivers.Interop;

public static unsafe partial class Libc
{
    /// <summary>accept4(2). The new descriptor, or -1 with errno.</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int accept4(int fd, void* address, int* length, int flags);
}
