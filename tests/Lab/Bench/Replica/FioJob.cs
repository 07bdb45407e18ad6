using System.Globalization;
using System.Text.Json;
using Appliance.Lab.Host;

namespace Appliance.Lab.Bench.Replica;

/// <summary>What fio does to a block device: one pattern, one size, one depth.</summary>
/// <param name="Name">For the table.</param>
/// <param name="Pattern">fio's rw=.</param>
/// <param name="BlockBytes">Of a request.</param>
/// <param name="Depth">Requests at a time.</param>
public sealed record FioJob(string Name, string Pattern, int BlockBytes, int Depth)
{
    /// <summary>4 KiB writes one at a time: what a database's commit waits for.</summary>
    public static readonly FioJob RandomWrite1 = new("4 KiB random write, QD1", "randwrite", 4096, 1);

    /// <summary>4 KiB writes, 32 at a time.</summary>
    public static readonly FioJob RandomWrite32 = new("4 KiB random write, QD32", "randwrite", 4096, 32);

    /// <summary>Sequential writes.</summary>
    public static readonly FioJob SequentialWrite = new("1 MiB sequential write, QD4", "write", 1 << 20, 4);

    /// <summary>Sequential reads.</summary>
    public static readonly FioJob SequentialRead = new("1 MiB sequential read, QD4", "read", 1 << 20, 4);

    /// <summary>Runs it against an NBD server for some seconds.</summary>
    /// <param name="socket">The server's unix socket.</param>
    /// <param name="seconds">How long.</param>
    /// <param name="report">Path of fio's report; written anew.</param>
    /// <param name="bytes">How much of the device, from its beginning.</param>
    public FioResult Run(string socket, double seconds, string report, long bytes = BenchRoom.DiskBytes) =>
        Run(socket, seconds, report, bytes, "--time_based", $"--runtime={(int)(seconds * 1000)}ms");

    /// <summary>Runs it on one connection until it has asked so often.</summary>
    public FioResult RunRequests(string socket, long requests, TimeSpan limit, string report) =>
        Run(socket, limit.TotalSeconds, report, BenchRoom.DiskBytes, $"--io_size={requests * BlockBytes}");

    private FioResult Run(string socket, double seconds, string report, long bytes, params string[] end)
    {
        var answer = HostCommand.Try(TimeSpan.FromSeconds(seconds + 60), "fio",
        [
            "--name=bench", "--thread", "--ioengine=nbd", $"--uri=nbd+unix:///?socket={socket}", $"--rw={Pattern}",
            $"--bs={BlockBytes}", $"--iodepth={Depth}", $"--size={bytes}", "--randrepeat=0", "--norandommap",
            "--lat_percentiles=1", "--output-format=json", $"--output={report}", .. end,
        ]);
        if (answer.ExitCode != 0) throw new LabException($"fio ({Name}): {(answer.Error + answer.Output).Trim()}");
        // fio writes warnings into the same file, before the JSON.
        var text = File.ReadAllText(report);
        using var document = JsonDocument.Parse(text[text.IndexOf('{')..]);
        var job = document.RootElement.GetProperty("jobs")[0];
        if (job.GetProperty("error").GetInt32() != 0) throw new LabException($"fio ({Name}) met errors; see {report}");
        return Parse(job.GetProperty(Pattern.Contains("read", StringComparison.Ordinal) ? "read" : "write"));
    }

    private static FioResult Parse(JsonElement side)
    {
        // From the begin of the submission: an NBD client sends the request within it.
        var latency = side.GetProperty("lat_ns");
        return new FioResult(side.GetProperty("iops").GetDouble(), side.GetProperty("bw_bytes").GetDouble() / 1e6,
            latency.GetProperty("mean").GetDouble() / 1000,
            latency.GetProperty("percentile").GetProperty(99.0.ToString("0.000000", CultureInfo.InvariantCulture)).GetDouble() / 1000,
            side.GetProperty("total_ios").GetInt64(), side.GetProperty("runtime").GetInt64() / 1000.0);
    }
}

/// <summary>What came out of a job.</summary>
/// <param name="Iops">Requests a second.</param>
/// <param name="Megabytes">10^6 bytes a second.</param>
/// <param name="MeanUs">Mean latency, microseconds.</param>
/// <param name="P99Us">99 of 100 were faster, microseconds.</param>
/// <param name="Requests">All of them.</param>
/// <param name="Seconds">That it ran, without fio's own start.</param>
public sealed record FioResult(double Iops, double Megabytes, double MeanUs, double P99Us, long Requests, double Seconds);
