using System.Runtime.InteropServices;

namespace Appliance.Drivers.Interop;

public static unsafe partial class Libc
{
    private const nint NumberOfIoUringSetup = 425; // The same on every architecture.

    /// <summary>io_uring_setup(2), which libc does not wrap. A descriptor, or -1 with errno.</summary>
    public static int io_uring_setup(uint entries, void* parameters) => (int)syscall_setup(NumberOfIoUringSetup, entries, parameters);

    [LibraryImport("libc", SetLastError = true, EntryPoint = "syscall")]
    private static partial nint syscall_setup(nint number, nuint entries, void* parameters);
}
