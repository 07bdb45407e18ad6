using System.Runtime.InteropServices;

namespace Appliance.Drivers.Interop;

public static unsafe partial class Libc
{
    /// <summary>execv(3): this process becomes another program and keeps its number. <paramref name="arguments"/> ends with a null
    /// pointer. Returns only on failure, -1 with errno.</summary>
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int execv(string path, byte** arguments);
}
