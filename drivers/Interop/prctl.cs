using System.Runtime.InteropServices;

namespace Appliance.Drivers.Interop;

public static unsafe partial class Libc
{
    /// <summary>prctl(2). What the option returns, or -1 with errno.</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int prctl(int option, nuint second, nuint third, nuint fourth, nuint fifth);
}
