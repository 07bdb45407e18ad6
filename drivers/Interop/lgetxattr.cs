using System.Runtime.InteropServices;

namespace Appliance.Drivers.Interop;

public static unsafe partial class Libc
{
    /// <summary>Value of an extended attribute of a link itself; lgetxattr(2).</summary>
    /// <param name="size">Bytes at <paramref name="value"/>; 0 asks how many there are.</param>
    /// <returns>Bytes, or -1 with the error in errno.</returns>
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint lgetxattr(string path, string name, byte* value, nuint size);
}
