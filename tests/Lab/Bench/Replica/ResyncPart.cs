using System.Diagnostics;
using Appliance.Lab.Host;

namespace Appliance.Lab.Bench.Replica;

/// <summary>Copying a whole disk to the peer: how fast, how much of a slow link it fills, and what a user's writes notice of it.</summary>
public sealed class ResyncPart(BenchRoom room, BenchSettings settings, ReplicaFigures figures)
{
    private const string Part = "Resync";
    private const string Ours = "appliance";
    private const string Qemu = "qemu blockdev-mirror";
    private const long Gigabit = 1_000_000_000;
    private const double SpeedAim = 400;
    private const double LinkAim = 95;
    private const double DisturbanceAim = 3;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan IdleWatch = TimeSpan.FromSeconds(2);

    /// <summary>Measures both over the bare veth pair, then over the shaped one.</summary>
    public void Run()
    {
        Over(null, "veth");
        Over(Gigabit, "1 Gbit/s");
        var fast = Speed("veth");
        fast.Judge($"≥ {SpeedAim} MB/s", fast.Of(Ours), fast.Of(Ours) >= SpeedAim);
        var filled = figures.Get(Part, "share of the 1 Gbit/s link, headers included", "%");
        filled.Judge($"≥ {LinkAim} %", filled.Of(Ours), filled.Of(Ours) >= LinkAim);
        foreach (var link in new[] { "veth", "1 Gbit/s" })
        {
            var (idle, busy) = (Latency(link, "idle"), Latency(link, "during resync"));
            var ratio = busy.Of(Ours) / idle.Of(Ours);
            busy.Judge($"≤ {DisturbanceAim} × idle", ratio, ratio <= DisturbanceAim);
        }
    }

    private void Over(long? bitsPerSecond, string link)
    {
        var (near, far) = (room.FreshDisk("near.disk"), room.FreshDisk("far.disk"));
        if (!settings.RivalsOnly)
        {
            using var pair = new ReplicaPair(room, settings.Binary, near, far);
            room.Shape(bitsPerSecond);
            for (var run = 1; run <= settings.Runs; run++)
            {
                Copy(pair, link, shaped: bitsPerSecond is not null);
                Disturb(pair, link);
                Console.WriteLine($"{Part} over {link}: run {run} of {settings.Runs}");
            }
            room.Shape(null);
        }
        room.Shape(bitsPerSecond);
        for (var run = 1; run <= settings.Runs; run++) Rival(near, far, link);
        room.Shape(null);
    }

    private Figure Speed(string link) => figures.Get(Part, $"whole disk over {link}", "MB/s");

    private Figure Latency(string link, string when) => figures.Get(Part, $"4 KiB write over {link}, {when}: 99th percentile", "µs");

    private void Copy(ReplicaPair pair, string link, bool shaped)
    {
        var cpu = new CpuMeter([.. pair.Processes]);
        var sent = shaped ? room.ShapedBytes() : 0;
        var begin = Stopwatch.GetTimestamp();
        Resync(pair);
        var seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        Speed(link).Add(Ours, BenchRoom.DiskBytes / 1e6 / seconds, cpu.Percent);
        if (!shaped) return;
        figures.Get(Part, "share of the 1 Gbit/s link, headers included", "%")
            .Add(Ours, (room.ShapedBytes() - sent) * 8 / seconds / Gigabit * 100);
    }

    private void Disturb(ReplicaPair pair, string link)
    {
        using var writer = new AcknowledgedWriter(pair.Socket);
        Thread.Sleep(TimeSpan.FromMilliseconds(500));
        var idle = MonotonicClock.NowMs;
        Thread.Sleep(IdleWatch);
        var begin = MonotonicClock.NowMs;
        Resync(pair);
        var end = MonotonicClock.NowMs;
        writer.Stop();
        Latency(link, "idle").Add(Ours, writer.P99Between(idle, begin));
        Latency(link, "during resync").Add(Ours, writer.P99Between(begin, end));
        figures.Get(Part, $"whole disk over {link} beside these writes", "MB/s").Add(Ours, BenchRoom.DiskBytes / 1e3 / (end - begin));
    }

    // The peer's copy is declared worthless: all of it is copied.
    private static void Resync(ReplicaPair pair)
    {
        ControlSocket.Order(pair.A.ControlPath, "invalidate", """{"peer":true}""");
        ControlSocket.Await(pair.A.ControlPath, Limit, "the resync's end", view => view.IsWhole && view.OutOfSyncKiB == 0);
    }

    private void Rival(string near, string far, string link)
    {
        using var mirror = new QemuMirror(room, QemuMirrorKind.Mirror, near, far);
        Speed(link).Add(Qemu, BenchRoom.DiskBytes / 1e6 / mirror.FullCopy.TotalSeconds);
    }
}
