using Appliance.Lab.Host;

namespace Appliance.Lab.Bench.Replica;

/// <summary>What our process keeps: managed bytes that the engine's thread allocates over many requests, and resident memory.</summary>
public sealed class FootprintPart(BenchRoom room, BenchSettings settings, ReplicaFigures figures)
{
    private const string Part = "Memory";
    private const string Ours = "appliance, protocol C";
    private const long LargeDiskBytes = 20_000_000_000;
    private const long Requests = 1_000_000;
    private const long Margin = 50_000;
    private const double ResidentAim = 64;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    /// <summary>One pair with sparse disks of 20 GB and a million requests.</summary>
    public void Run()
    {
        var (near, far) = (room.SparseDisk("near.disk", LargeDiskBytes), room.SparseDisk("far.disk", LargeDiskBytes));
        using var pair = new ReplicaPair(room, settings.Binary, near, far);
        var report = room.File("fio.json");
        // On one connection: that a tool comes or goes may allocate, that it asks may not.
        var load = Task.Run(() => FioJob.RandomWrite32.RunRequests(pair.Socket, Requests + (2 * Margin), Limit, report));
        var start = Look(pair).Requests;
        var before = Await(pair, load, start + Margin);
        var after = Await(pair, load, before.Requests + Requests);
        load.Wait();
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

    private static ReplicaView Await(ReplicaPair pair, Task load, long requests)
    {
        ReplicaView? view = null;
        Waiting.Until(Limit, TimeSpan.FromMilliseconds(50), () => load.IsCompleted || (view = Look(pair)).Requests >= requests);
        return view is not null && view.Requests >= requests ? view
            : throw new LabException($"{requests} writes: not within {Limit.TotalSeconds:0} s; the replica says: {view}");
    }

    private static ReplicaView Look(ReplicaPair pair) =>
        ControlSocket.Look(pair.A.ControlPath) ?? throw new LabException("the serving process does not answer on its control socket");
}
