using System.Runtime.InteropServices;

namespace Appliance.Drivers.Interop;

public static unsafe partial class Libc
{
    /// <summary>socket(2). Returns a descriptor, or -1 with errno.</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int socket(int domain, int type, int protocol);
}
