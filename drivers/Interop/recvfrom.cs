using System.Runtime.InteropServices;

namespace Appliance.Drivers.Interop;

public static unsafe partial class Libc
{
    /// <summary>recvfrom(2). Bytes received, or -1 with errno; <paramref name="length"/> goes in as room and comes out as size.</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial nint recvfrom(int fd, void* bytes, nint count, int flags, void* address, int* length);
}
