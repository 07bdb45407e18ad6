using System.Runtime.InteropServices;

namespace Appliance.Drivers.Interop;

public static unsafe partial class Libc
{
    /// <summary>TIME_ERROR: nobody keeps the clock in step.</summary>
    public const int ClockUnsynchronized = 5;

    /// <summary>adjtimex(2). The clock's state, or -1 with errno. All zeroes only asks.</summary>
    /// <param name="timex">208 bytes.</param>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int adjtimex(void* timex);
}
