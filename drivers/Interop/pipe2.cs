using System.Runtime.InteropServices;

namespace Appliance.Drivers.Interop;

public static unsafe partial class Libc
{
    /// <summary>pipe2(2). Two descriptors, reading end first; 0, or -1 with errno.</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int pipe2(int* ends, int flags);
}
