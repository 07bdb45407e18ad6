using System.Runtime.InteropServices;

namespace Appliance.Drivers.Interop;

public static partial class Libc
{
    /// <summary>Changes owner and group of a file; chown(2).</summary>
    /// <param name="path">The file.</param>
    /// <param name="owner">uint.MaxValue leaves it.</param>
    /// <param name="group">uint.MaxValue leaves it.</param>
    /// <returns>0, or -1 with the error in errno.</returns>
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int chown(string path, uint owner, uint group);
}
