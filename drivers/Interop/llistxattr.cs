using System.Runtime.InteropServices;

namespace Appliance.Drivers.Interop;

public static unsafe partial class Libc
{
    /// <summary>Names of the extended attributes of a link itself, each with a zero behind it; llistxattr(2).</summary>
    /// <param name="size">Bytes at <paramref name="list"/>; 0 asks how many there are.</param>
    /// <returns>Bytes, or -1 with the error in errno.</returns>
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint llistxattr(string path, byte* list, nuint size);
}
