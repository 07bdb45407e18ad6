namespace Appliance.Lab.Bench.Replica;

/// <summary>Protocol C over the wire beside ours without a peer and beside qemu's mirrors of the same shape.</summary>
public sealed class MirrorPart(BenchRoom room, BenchSettings settings, ReplicaFigures figures)
{
    private const string Part = "Protocol C over a veth pair";
    private const string Alone = "appliance, no peer";
    private const string Both = "appliance, protocol C";
    private const double LatencyAim = 1.6;
    private const double ThroughputAim = 0.7;

    private static readonly string[] Rivals = ["qemu quorum", "qemu blockdev-mirror"];

    /// <summary>Measures all contestants in turn, run by run.</summary>
    public void Run()
    {
        var (near, far) = (room.FreshDisk("near.disk"), room.FreshDisk("far.disk"));
        Func<IBlockServer>[] contestants =
        [
            () => new ApplianceServer(room, settings.Binary, new ServeOptions { Disk = near, Namespace = room.NamespaceA }),
            () => new ReplicaPair(room, settings.Binary, near, far),
            () => new QemuMirror(room, QemuMirrorKind.Quorum, near, far),
            () => new QemuMirror(room, QemuMirrorKind.Mirror, near, far),
        ];
        for (var run = 1; run <= settings.Runs; run++)
        {
            foreach (var start in settings.Chosen(contestants, run))
            {
                // Metadata of a run before says another history than this one's.
                ApplianceServer.Forget(room, "a");
                using var server = start();
                Measure(server);
            }
            figures.Get(Part, "4 KiB there and 40 B back over bare TCP", "µs").Add("no replica", WireRoundTrip.MeanUs(room));
            Console.WriteLine($"{Part}: run {run} of {settings.Runs}");
        }
        JudgeAll();
    }

    private void Measure(IBlockServer server)
    {
        var name = server is ApplianceServer ? Alone : server.Name;
        var cpu = new CpuMeter([.. server.Processes]);
        var single = FioJob.RandomWrite1.Run(server.Socket, settings.Seconds, room.File("fio.json"));
        figures.Get(Part, "4 KiB write, QD1: mean latency", "µs").Add(name, single.MeanUs, cpu.PercentOf(single.Seconds));
        figures.Get(Part, "4 KiB write, QD1: 99th percentile", "µs").Add(name, single.P99Us);

        cpu = new CpuMeter([.. server.Processes]);
        var many = FioJob.RandomWrite32.Run(server.Socket, settings.Seconds, room.File("fio.json"));
        figures.Get(Part, "4 KiB random write, QD32", "IOPS").Add(name, many.Iops, cpu.PercentOf(many.Seconds));

        cpu = new CpuMeter([.. server.Processes]);
        var sequential = FioJob.SequentialWrite.Run(server.Socket, settings.Seconds, room.File("fio.json"));
        figures.Get(Part, "1 MiB sequential write, QD4", "MB/s").Add(name, sequential.Megabytes, cpu.PercentOf(sequential.Seconds));
    }

    private void JudgeAll()
    {
        // Nobody can be faster than no peer and the bare wire together.
        // The 99th percentile is shown and not judged: it says more about two cores than about any contestant.
        foreach (var figure in figures.All.Where(figure => figure.Part == Part && figure.Of(Both) > 0 && !figure.Name.Contains("99th")))
        {
            var isLatency = figure.Unit == "µs";
            var ratio = figure.Of(Both) / figure.Of(Alone);
            var best = isLatency ? Rivals.Min(figure.Of) : Rivals.Max(figure.Of);
            var faster = isLatency ? figure.Of(Both) < best : figure.Of(Both) > best;
            if (isLatency) figure.Judge($"≤ {LatencyAim} × no peer, below qemu", ratio, ratio <= LatencyAim && faster);
            else figure.Judge($"≥ {ThroughputAim} × no peer, above qemu", ratio, ratio >= ThroughputAim && faster);
        }
    }
}
