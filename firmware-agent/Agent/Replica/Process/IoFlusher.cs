using System.Globalization;
using System.Runtime.InteropServices;
using Appliance.Drivers.Interop;

namespace Appliance.Agent.Replica.Process;

/// <summary>
/// Tells the kernel that this process writes out other people's dirty pages (PR_SET_IO_FLUSHER): when memory is short, our own requests
/// for memory must not wait for the very device that we serve. The mark is a thread's and the runtime has threads before Main, but it
/// survives execve(2), so the process starts itself once more.
/// </summary>
internal static unsafe class IoFlusher
{
    private const string Started = "APPLIANCE_STARTED_AGAIN";
    private const int Set = 57; // PR_SET_IO_FLUSHER
    private const int Get = 58; // PR_GET_IO_FLUSHER

    /// <summary>Returns when the mark is set for all threads, or cannot be; then the words say why. Does not return when it has to start
    /// the process again.</summary>
    public static bool TryMark(out string problem)
    {
        problem = "";
        if (Libc.prctl(Get, 0, 0, 0, 0) == 1) return true;
        if (Libc.prctl(Set, 1, 0, 0, 0) != 0)
        {
            problem = $"the kernel does not treat this process as a writer of dirty pages ({Errno.LastWords}): when memory is short, the "
                + "device may hang; give CAP_SYS_RESOURCE to the unit";
            return false;
        }

        // Once is enough: a kernel that does not keep the mark must not keep us starting for ever.
        var self = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        if (Environment.GetEnvironmentVariable(Started) == self)
        {
            problem = "the kernel does not keep the mark of a writer of dirty pages: when memory is short, the device may hang";
            return false;
        }

        _ = Libc.setenv(Started, self, 1);
        var words = Environment.GetCommandLineArgs();
        var arguments = (byte**)NativeMemory.AllocZeroed((nuint)words.Length + 1, (nuint)sizeof(byte*));
        for (var at = 0; at < words.Length; at++) arguments[at] = (byte*)Marshal.StringToCoTaskMemUTF8(words[at]);
        _ = Libc.execv("/proc/self/exe", arguments);
        problem = $"this process cannot start itself again: {Errno.LastWords}";
        return false;
    }
}
