using System.Runtime.InteropServices;

namespace Appliance.Drivers.IoLoop;

/// <summary>What the kernel is to do: opcodes of linux/io_uring.h that we use.</summary>
public enum UringOpcode : byte
{
    Fsync = 3,
    PollAdd = 6,
    SendMessage = 9,
    Accept = 13,
    AsyncCancel = 14,
    Allocate = 17,
    Read = 22,
    Write = 23,
    Receive = 27,
    Command = 46,
}

/// <summary>struct io_uring_sqe, 64 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 64)]
public struct UringEntry
{
    [FieldOffset(0)]
    public UringOpcode Opcode;

    [FieldOffset(1)]
    public byte Flags;

    [FieldOffset(4)]
    public int Fd;

    /// <summary>Place in a file.</summary>
    [FieldOffset(8)]
    public ulong Offset;

    /// <summary>Command: what the driver is asked (in the place of the offset).</summary>
    [FieldOffset(8)]
    public uint CommandOp;

    [FieldOffset(16)]
    public ulong Address;

    [FieldOffset(24)]
    public uint Length;

    /// <summary>rw_flags, fsync_flags, poll32_events, msg_flags, accept_flags, cancel_flags.</summary>
    [FieldOffset(28)]
    public uint OpFlags;

    /// <summary>Comes back with the completion.</summary>
    [FieldOffset(32)]
    public ulong UserData;

    /// <summary>Command: its first eight bytes.</summary>
    [FieldOffset(48)]
    public ulong CommandLow;

    /// <summary>Command: its second eight bytes.</summary>
    [FieldOffset(56)]
    public ulong CommandHigh;
}

/// <summary>struct io_uring_cqe, 16 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct UringCompletion
{
    public ulong UserData;
    public int Result;
    public uint Flags;
}
