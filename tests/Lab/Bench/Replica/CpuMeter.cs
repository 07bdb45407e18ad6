using System.Diagnostics;
using Appliance.Lab.Host;

namespace Appliance.Lab.Bench.Replica;

/// <summary>What some processes used of the processors between two moments: all their threads, system time included.</summary>
public sealed class CpuMeter
{
    private const double TicksPerSecond = 100;

    private readonly ProcessId[] _processes;
    private readonly double _begin;
    private readonly long _moment = Stopwatch.GetTimestamp();

    /// <summary>Starts counting.</summary>
    public CpuMeter(params ProcessId[] processes)
    {
        _processes = processes;
        _begin = Ticks();
    }

    /// <summary>Until now, in percent of one core.</summary>
    public double Percent => PercentOf(Stopwatch.GetElapsedTime(_moment).TotalSeconds);

    /// <summary>Until now, in percent of one core over the part of the time in which there was something to do.</summary>
    public double PercentOf(double seconds) => (Ticks() - _begin) / TicksPerSecond / seconds * 100;

    /// <summary>A field of /proc/PID/status, in KiB.</summary>
    public static long StatusKiB(ProcessId process, string field) =>
        File.ReadLines($"/proc/{process.Number}/status").Where(line => line.StartsWith(field + ":", StringComparison.Ordinal))
            .Select(line => long.Parse(line.Split(' ', '\t', StringSplitOptions.RemoveEmptyEntries)[1])).Single();

    private double Ticks() => _processes.Sum(process =>
    {
        try
        {
            var text = File.ReadAllText($"/proc/{process.Number}/stat");
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return double.Parse(fields[11]) + double.Parse(fields[12]);
        }
        catch (IOException)
        {
            return 0; // It ended; what it used is lost, and no figure here spans an end.
        }
    });
}
