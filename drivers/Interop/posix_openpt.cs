using System.Runtime.InteropServices;

namespace Appliance.Drivers.Interop;

public static unsafe partial class Libc
{
    /// <summary>posix_openpt(3). The master side of a new pseudo-terminal, or -1 with errno.</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int posix_openpt(int flags);
}
