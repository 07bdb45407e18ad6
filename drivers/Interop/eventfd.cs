using System.Runtime.InteropServices;

namespace Appliance.Drivers.Interop;

public static unsafe partial class Libc
{
    /// <summary>eventfd(2). A counter to wake a poll with, or -1 with errno.</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int eventfd(uint initial, int flags);
}
