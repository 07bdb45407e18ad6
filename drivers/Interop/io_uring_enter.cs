using System.Runtime.InteropServices;

namespace Appliance.Drivers.Interop;

public static unsafe partial class Libc
{
    private const nint NumberOfIoUringEnter = 426; // The same on every architecture.

    /// <summary>io_uring_enter(2), which libc does not wrap. Entries taken, or -1 with errno.</summary>
    public static int io_uring_enter(int ring, uint submit, uint complete, uint flags, void* argument, nuint argumentBytes) =>
        (int)syscall_enter(NumberOfIoUringEnter, ring, submit, complete, flags, argument, argumentBytes);

    [LibraryImport("libc", SetLastError = true, EntryPoint = "syscall")]
    private static partial nint syscall_enter(
        nint number, nint ring, nuint submit, nuint complete, nuint flags, void* argument, nuint argumentBytes);
}
