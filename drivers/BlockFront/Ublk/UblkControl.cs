using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Appliance.Core.Replica;
using Appliance.Drivers.Interop;
using Appliance.Drivers.IoLoop;

namespace Appliance.Drivers.BlockFront.Ublk;

/// <summary>
/// /dev/ublk-control: makes, starts and ends devices. Each question opens a ring of its own, so any thread may ask; it blocks until the
/// kernel answers, and START and STOP do not answer before the queue is served. Results: 0 or more, or -errno.
/// </summary>
internal static unsafe class UblkControl
{
    private const string Control = "/dev/ublk-control";
    private const int ReadWriteCloseOnExec = 2 | 0x80000;
    private const ushort NoQueue = ushort.MaxValue;
    private const uint AnyDevice = uint.MaxValue;
    private static readonly TimeSpan AnswerBound = TimeSpan.FromSeconds(60);

    /// <summary>Why this kernel cannot; null: it can.</summary>
    public static string? Problem()
    {
        if (KernelModule.Load("ublk_drv") is { } reason) return reason;
        ulong features = 0;
        var result = Ask(UblkAbi.GetFeatures, AnyDevice, &features, sizeof(ulong), 0, out var problem);
        if (problem.Length > 0) return problem;
        const ulong needed = UblkAbi.RecoveryWithReissue | UblkAbi.IoctlEncoding;
        if (result < 0) return $"the driver is too old: {Errno.Words(-result)}";
        return (features & needed) == needed ? null : $"the driver is too old (features {features:x})";
    }

    /// <summary>What the driver can do, UBLK_F bits.</summary>
    public static ulong Features()
    {
        ulong features = 0;
        return Ask(UblkAbi.GetFeatures, AnyDevice, &features, sizeof(ulong), 0, out _) < 0 ? 0 : features;
    }

    /// <summary>A new device without a server; <paramref name="info"/> is filled in.</summary>
    public static int Add(ref UblkInfo info)
    {
        fixed (UblkInfo* address = &info) return Ask(UblkAbi.AddDevice, info.Device, address, sizeof(UblkInfo), 0, out _);
    }

    public static int Info(uint device, out UblkInfo info)
    {
        info = default;
        fixed (UblkInfo* address = &info) return Ask(UblkAbi.GetDeviceInfo, device, address, sizeof(UblkInfo), 0, out _);
    }

    /// <summary>512-byte blocks on a disk that likes 4 KiB, with a volatile cache: only so do flushes arrive.</summary>
    public static int Describe(uint device, long size)
    {
        var parameters = new UblkParameters
        {
            Length = (uint)sizeof(UblkParameters),
            Types = UblkParameters.Basic | UblkParameters.DiscardPart,
            Attributes = UblkParameters.VolatileCache | UblkParameters.HasForceUnitAccess,
            LogicalBlockShift = 9,
            PhysicalBlockShift = 12,
            OptimalShift = 12,
            MinimalShift = 12,
            RequestSectorsMax = BlockBuffers.SlotBytes >> (int)UblkAbi.SectorShift,
            Sectors = (ulong)size >> (int)UblkAbi.SectorShift,
            DiscardGranularity = Geometry.BlockBytes,
            DiscardSectorsMax = Geometry.ZeroBytesMax >> (int)UblkAbi.SectorShift,
            WriteZeroesSectorsMax = Geometry.ZeroBytesMax >> (int)UblkAbi.SectorShift,
            DiscardSegmentsMax = 1,
        };
        return Ask(UblkAbi.SetParameters, device, &parameters, sizeof(UblkParameters), 0, out _);
    }

    public static int Start(uint device) => Ask(UblkAbi.StartDevice, device, null, 0, (ulong)Environment.ProcessId, out _);

    public static int StartRecovery(uint device) => Ask(UblkAbi.StartRecovery, device, null, 0, 0, out _);

    public static int EndRecovery(uint device) => Ask(UblkAbi.EndRecovery, device, null, 0, (ulong)Environment.ProcessId, out _);

    public static int Stop(uint device) => Ask(UblkAbi.StopDevice, device, null, 0, 0, out _);

    public static int Delete(uint device) => Ask(UblkAbi.DeleteDevice, device, null, 0, 0, out _);

    public static int Resize(uint device, long size) =>
        Ask(UblkAbi.UpdateSize, device, null, 0, (ulong)size >> (int)UblkAbi.SectorShift, out _);

    private static int Ask(uint question, uint device, void* address, int length, ulong data, out string problem)
    {
        var control = Libc.open(Control, ReadWriteCloseOnExec);
        if (control < 0)
        {
            var errno = Errno.Last;
            problem = $"{Control}: {Errno.Words(errno)}";
            return -errno;
        }

        using var ring = UringRing.Open(4, big: true, out problem);
        var result = ring is null ? -Errno.ENOSYS : Exchange(ring, control, question, new UblkCommand
        {
            Device = device,
            Queue = NoQueue,
            Length = (ushort)length,
            Address = (ulong)address,
            Data = data,
        });
        _ = Libc.close(control);
        return result;
    }

    private static int Exchange(UringRing ring, int control, uint question, UblkCommand command)
    {
        ref var entry = ref ring.Put(UringOpcode.Command);
        (entry.Fd, entry.CommandOp) = (control, question);
        var place = MemoryMarshal.CreateSpan(ref Unsafe.As<UringEntry, byte>(ref entry), 128)[48..];
        MemoryMarshal.Write(place, command);
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < AnswerBound)
        {
            ring.Enter(1, TimeSpan.FromSeconds(1));
            if (ring.TryTake(out var completion)) return completion.Result;
        }

        return -Errno.ETIMEDOUT;
    }
}
