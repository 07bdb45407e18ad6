using Appliance.Lab.Setup;
using Appliance.Lab.Stacks;

namespace Appliance.Lab.Bench;

/// <summary>What the daemons of a stack cost while nothing happens, all processes of one node together.</summary>
/// <param name="ResidentKiB">Sum of the resident sets; shared pages count once for each process.</param>
/// <param name="ProportionalKiB">The same with shared pages divided among those who share them.</param>
/// <param name="CpuPercent">Of one core.</param>
public sealed record DaemonUse(long ResidentKiB, long ProportionalKiB, double CpuPercent)
{
    private const int CommLength = 15;
    private const double TicksPerSecond = 100;

    /// <summary>Measures both nodes for a while and returns the costlier one's figures.</summary>
    public static DaemonUse Measure(LabRun lab, IClusterStack stack, TimeSpan duration)
    {
        var processes = lab.Nodes.Select(node => Processes(lab, stack, node.Plan)).ToArray();
        var before = processes.Select(Ticks).ToArray();
        Thread.Sleep(duration);
        var cpu = processes.Select((list, index) => (Ticks(list) - before[index]) / TicksPerSecond / duration.TotalSeconds * 100).Max();
        return new DaemonUse(processes.Max(list => list.Sum(pid => Memory(pid, "Rss:"))),
            processes.Max(list => list.Sum(pid => Memory(pid, "Pss:"))), cpu);
    }

    private static int[] Processes(LabRun lab, IClusterStack stack, NodePlan node)
    {
        var names = stack.Daemons.Select(name => name[..Math.Min(CommLength, name.Length)]).ToHashSet();
        var group = $"/{lab.Place.MachineName(node)}/";
        return
        [
            .. Directory.EnumerateDirectories("/proc").Select(path => int.TryParse(Path.GetFileName(path), out var pid) ? pid : 0)
                .Where(pid => pid > 0 && Read(pid, "cgroup").Contains(group) && names.Contains(Read(pid, "comm").Trim())),
        ];
    }

    private static double Ticks(int[] processes) => processes.Sum(pid =>
    {
        var stat = Read(pid, "stat");
        if (stat.Length == 0) return 0;
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return double.Parse(fields[11]) + double.Parse(fields[12]);
    });

    private static long Memory(int pid, string field) =>
        Read(pid, "smaps_rollup").Split('\n').Where(line => line.StartsWith(field, StringComparison.Ordinal))
            .Select(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1])).FirstOrDefault();

    private static string Read(int pid, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/{file}");
        }
        catch (IOException)
        {
            return ""; // It ended meanwhile.
        }
    }
}
