using Appliance.Lab.Host;

namespace Appliance.Lab.Bench.Replica;

/// <summary>What our process keeps: managed bytes that the engine's thread allocates over many requests, and resident memory.</summary>
public sealed class FootprintPart(BenchRoom room, BenchSettings settings, ReplicaFigures figures)
{
    private const string Part = "Memory";
    private const string Ours = "appliance, protocol C";
    private const long LargeDiskBytes = 20_000_000_000;
    private const long Requests = 1_000_000;
    private const double ResidentAim = 64;

    /// <summary>One pair with sparse disks of 20 GB and a million requests.</summary>
    public void Run()
    {
        var (near, far) = (room.SparseDisk("near.disk", LargeDiskBytes), room.SparseDisk("far.disk", LargeDiskBytes));
        using var pair = new ReplicaPair(room, settings.Binary, near, far);
        var report = room.File("fio.json");
        FioJob.RandomWrite32.Run(pair.Socket, settings.Seconds, report); // All buffers and pages once before it counts.
        var before = Look(pair);
        while (Look(pair).Requests - before.Requests < Requests) FioJob.RandomWrite32.Run(pair.Socket, 5, report);
        var after = Look(pair);
        var allocated = figures.Get(Part, $"allocated by the engine's thread over {after.Requests - before.Requests:#,0} writes", "B");
        allocated.Add(Ours, after.AllocatedBytes - before.AllocatedBytes);
        allocated.Judge("0 B", allocated.Of(Ours), allocated.Of(Ours) == 0);

        FioJob.RandomWrite32.Run(pair.Socket, settings.Seconds, report, LargeDiskBytes - (64 << 20));
        var resident = figures.Get(Part, "resident memory with a 20 GB volume, serving", "MiB");
        resident.Add(Ours, CpuMeter.StatusKiB(pair.A.Process, "VmRSS") / 1024.0);
        resident.Judge($"≤ {ResidentAim} MiB", resident.Of(Ours), resident.Of(Ours) <= ResidentAim);
        var receiving = figures.Get(Part, "resident memory with a 20 GB volume, receiving", "MiB");
        receiving.Add(Ours, CpuMeter.StatusKiB(pair.B.Process, "VmRSS") / 1024.0);
        receiving.Judge($"≤ {ResidentAim} MiB", receiving.Of(Ours), receiving.Of(Ours) <= ResidentAim);
    }

    private static ReplicaView Look(ReplicaPair pair) =>
        ControlSocket.Look(pair.A.ControlPath) ?? throw new LabException("the serving process does not answer on its control socket");
}
