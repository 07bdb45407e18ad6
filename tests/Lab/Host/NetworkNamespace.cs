using System.Runtime.InteropServices;

namespace Appliance.Lab.Host;

/// <summary>Puts the calling thread into a network namespace. Sockets it opens from then on belong there.</summary>
/// <remarks>The thread can never be lent to anybody else again, so only threads made for this purpose may call it.</remarks>
public static partial class NetworkNamespace
{
    private const int ReadOnlyCloseOnExec = 0x80000;
    private const int CloneNewNet = 0x40000000;

    /// <summary>Enters the namespace with this name.</summary>
    public static void EnterOnThisThread(string name)
    {
        var descriptor = open($"/run/netns/{name}", ReadOnlyCloseOnExec);
        if (descriptor < 0) throw new LabException($"network namespace {name} does not exist; is the lab up?");
        var result = setns(descriptor, CloneNewNet);
        _ = close(descriptor);
        if (result != 0) throw new LabException($"cannot enter network namespace {name}: error {Marshal.GetLastPInvokeError()}");
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setns(int descriptor, int type);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int descriptor);
}
