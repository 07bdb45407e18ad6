using System.Runtime.InteropServices;

namespace Appliance.Drivers.BlockFront.Ublk;

/// <summary>Numbers of linux/ublk_cmd.h: questions to /dev/ublk-control, with the ioctl encoding that every kernel since 6.4
/// takes.</summary>
internal static class UblkAbi
{
    public const uint GetDeviceInfo = 0x80207502;
    public const uint AddDevice = 0xC0207504;
    public const uint DeleteDevice = 0xC0207505;
    public const uint StartDevice = 0xC0207506;
    public const uint StopDevice = 0xC0207507;
    public const uint SetParameters = 0xC0207508;
    public const uint StartRecovery = 0xC0207510;
    public const uint EndRecovery = 0xC0207511;
    public const uint GetFeatures = 0x80207513;
    public const uint UpdateSize = 0xC0207515;

    public const uint Fetch = 0xC0107520;
    public const uint CommitAndFetch = 0xC0107521;

    /// <summary>A dead server's device waits for another one (UBLK_F_USER_RECOVERY), and what was in its hands comes again
    /// (UBLK_F_USER_RECOVERY_REISSUE).</summary>
    public const ulong RecoveryWithReissue = 0x8 | 0x10;

    /// <summary>UBLK_F_CMD_IOCTL_ENCODE.</summary>
    public const ulong IoctlEncoding = 1 << 6;

    /// <summary>UBLK_F_UPDATE_SIZE, Linux 6.16.</summary>
    public const ulong CanUpdateSize = 1 << 10;

    public const ushort StateLive = 1;

    /// <summary>Its server is dead and recovery may start.</summary>
    public const ushort StateQuiesced = 2;

    public const byte Read = 0;
    public const byte Write = 1;
    public const byte Flush = 2;
    public const byte Discard = 3;
    public const byte WriteZeroes = 5;

    /// <summary>UBLK_IO_F_FUA, a bit of op_flags as it stands there.</summary>
    public const uint ForceUnitAccess = 1 << 13;

    public const uint SectorShift = 9;
}

/// <summary>struct ublksrv_ctrl_cmd, 32 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 32)]
internal struct UblkCommand
{
    [FieldOffset(0)]
    public uint Device;

    [FieldOffset(4)]
    public ushort Queue;

    [FieldOffset(6)]
    public ushort Length;

    [FieldOffset(8)]
    public ulong Address;

    [FieldOffset(16)]
    public ulong Data;
}

/// <summary>struct ublksrv_ctrl_dev_info, 64 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 64)]
internal struct UblkInfo
{
    [FieldOffset(0)]
    public ushort Queues;

    [FieldOffset(2)]
    public ushort Depth;

    [FieldOffset(4)]
    public ushort State;

    [FieldOffset(8)]
    public uint RequestBytesMax;

    [FieldOffset(12)]
    public uint Device;

    [FieldOffset(16)]
    public int Server;

    [FieldOffset(24)]
    public ulong Flags;

    /// <summary>Free for the server: which replica this is.</summary>
    [FieldOffset(32)]
    public ulong Mark;
}

/// <summary>struct ublk_params as of Linux 6.12 with its basic and discard parts, 112 bytes; newer kernels take the short form.</summary>
[StructLayout(LayoutKind.Explicit, Size = 112)]
internal struct UblkParameters
{
    public const uint Basic = 1;
    public const uint DiscardPart = 2;
    public const uint VolatileCache = 4;
    public const uint HasForceUnitAccess = 8;

    [FieldOffset(0)]
    public uint Length;

    [FieldOffset(4)]
    public uint Types;

    [FieldOffset(8)]
    public uint Attributes;

    [FieldOffset(12)]
    public byte LogicalBlockShift;

    [FieldOffset(13)]
    public byte PhysicalBlockShift;

    [FieldOffset(14)]
    public byte OptimalShift;

    [FieldOffset(15)]
    public byte MinimalShift;

    [FieldOffset(16)]
    public uint RequestSectorsMax;

    [FieldOffset(24)]
    public ulong Sectors;

    [FieldOffset(44)]
    public uint DiscardGranularity;

    [FieldOffset(48)]
    public uint DiscardSectorsMax;

    [FieldOffset(52)]
    public uint WriteZeroesSectorsMax;

    [FieldOffset(56)]
    public ushort DiscardSegmentsMax;
}

/// <summary>struct ublksrv_io_desc, 24 bytes, in memory that the kernel writes and we only read.</summary>
[StructLayout(LayoutKind.Explicit, Size = 24)]
internal struct UblkRequest
{
    [FieldOffset(0)]
    public uint Operation;

    [FieldOffset(4)]
    public uint Sectors;

    [FieldOffset(8)]
    public ulong StartSector;
}
