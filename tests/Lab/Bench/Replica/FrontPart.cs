namespace Appliance.Lab.Bench.Replica;

/// <summary>Our NBD front without a peer beside nbdkit on the same file: what our engine costs a single node.</summary>
public sealed class FrontPart(BenchRoom room, BenchSettings settings, ReplicaFigures figures)
{
    private const string Part = "NBD front without a peer";
    private const double Aim = 0.9;

    private static readonly FioJob[] Jobs =
        [FioJob.RandomWrite1, FioJob.RandomWrite32, FioJob.SequentialWrite, FioJob.SequentialRead];

    /// <summary>Measures all contestants in turn, run by run.</summary>
    public void Run()
    {
        var disk = room.FreshDisk("front.disk");
        Func<IBlockServer>[] contestants =
        [
            () => new ApplianceServer(room, settings.Binary, new ServeOptions { Disk = disk, Metadata = false }),
            () => new ApplianceServer(room, settings.Binary, new ServeOptions { Disk = disk }),
            () => new NbdkitServer(room, disk),
        ];
        for (var run = 1; run <= settings.Runs; run++)
        {
            foreach (var start in settings.Chosen(contestants, run))
            {
                using var server = start();
                foreach (var job in Jobs) Measure(server, job);
            }
            Console.WriteLine($"{Part}: run {run} of {settings.Runs}");
        }
        foreach (var figure in figures.All.Where(figure => figure.Part == Part))
        {
            var ratio = figure.Of("appliance, no metadata") / figure.Of("nbdkit file");
            figure.Judge($"≥ {Aim} × nbdkit", ratio, ratio >= Aim);
        }
    }

    private void Measure(IBlockServer server, FioJob job)
    {
        var cpu = new CpuMeter([.. server.Processes]);
        var result = job.Run(server.Socket, settings.Seconds, room.File("fio.json"));
        var sequential = job.BlockBytes > 4096;
        figures.Get(Part, job.Name, sequential ? "MB/s" : "IOPS")
            .Add(server.Name, sequential ? result.Megabytes : result.Iops, cpu.PercentOf(result.Seconds));
    }
}
