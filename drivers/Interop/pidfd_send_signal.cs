using System.Runtime.InteropServices;

namespace Appliance.Drivers.Interop;

public static unsafe partial class Libc
{
    private const int SysPidfdSendSignal = 424; // The same on every architecture.

    /// <summary>pidfd_send_signal(2), which older C libraries do not have. 0, or -1 with errno.</summary>
    public static int pidfd_send_signal(int process, int signal, nint info, uint flags) =>
        (int)syscall(SysPidfdSendSignal, process, signal, info, (nint)flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint syscall(nint number, nint first, nint second, nint third, nint fourth);
}
