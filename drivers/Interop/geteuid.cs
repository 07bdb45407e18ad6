using System.Runtime.InteropServices;

namespace Appliance.Drivers.Interop;

public static partial class Libc
{
    /// <summary>Effective user of this process; geteuid(2). Never fails.</summary>
    [LibraryImport("libc")]
    public static partial uint geteuid();
}
