using System.Runtime.InteropServices;

namespace Appliance.Drivers.Interop;

public static unsafe partial class Libc
{
    /// <summary>statvfs(3). 0, or -1 with errno.</summary>
    /// <param name="facts">112 bytes.</param>
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int statvfs(string path, StatVfs* facts);
}

/// <summary>struct statvfs of glibc, 64 bit.</summary>
[StructLayout(LayoutKind.Explicit, Size = 112)]
public struct StatVfs
{
    /// <summary>Bytes in a block of the counts.</summary>
    [FieldOffset(8)]
    public ulong Fragment;

    [FieldOffset(16)]
    public ulong Blocks;

    [FieldOffset(24)]
    public ulong BlocksFree;

    /// <summary>Free for users other than root.</summary>
    [FieldOffset(32)]
    public ulong BlocksAvailable;

    [FieldOffset(40)]
    public ulong Files;

    [FieldOffset(48)]
    public ulong FilesFree;
}
