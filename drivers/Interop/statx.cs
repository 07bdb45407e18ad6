using System.Runtime.InteropServices;

namespace Appliance.Drivers.Interop;

public static unsafe partial class Libc
{
    /// <summary>statx(2). 0, or -1 with errno.</summary>
    /// <param name="facts">256 bytes.</param>
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int statx(int directory, string path, int flags, uint mask, StatX* facts);
}

/// <summary>struct statx, as far as we read it.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
public struct StatX
{
    /// <summary>AT_FDCWD: relative to the working directory.</summary>
    public const int Here = -100;

    /// <summary>AT_SYMLINK_NOFOLLOW.</summary>
    public const int NoFollow = 0x100;

    /// <summary>STATX_BASIC_STATS.</summary>
    public const uint Basic = 0x7FF;

    /// <summary>AT_EMPTY_PATH: the descriptor itself.</summary>
    public const int Itself = 0x1000;

    private const int TypeMask = 0xF000;
    private const int RegularType = 0x8000;
    private const int FolderType = 0x4000;
    private const int BlockType = 0x6000;
    private const int SocketType = 0xC000;

    [FieldOffset(20)]
    public uint Owner;

    [FieldOffset(24)]
    public uint Group;

    [FieldOffset(28)]
    public ushort Mode;

    [FieldOffset(32)]
    public ulong Inode;

    /// <summary>Bytes.</summary>
    [FieldOffset(40)]
    public ulong Size;

    /// <summary>What a path leads to; null when it leads nowhere.</summary>
    public static unsafe StatX? Of(string path)
    {
        StatX facts;
        return Libc.statx(Here, path, 0, Basic, &facts) == 0 ? facts : null;
    }

    public readonly bool IsRegular => (Mode & TypeMask) == RegularType;

    public readonly bool IsFolder => (Mode & TypeMask) == FolderType;

    public readonly bool IsBlockDevice => (Mode & TypeMask) == BlockType;

    public readonly bool IsSocket => (Mode & TypeMask) == SocketType;
}
