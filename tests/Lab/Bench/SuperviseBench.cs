using System.Globalization;
using System.Text;
using System.Text.Json;
using Appliance.Lab.Host;
using Appliance.Lab.Setup;
using Appliance.Lab.Stacks;
using Appliance.Lab.Story;

namespace Appliance.Lab.Bench;

/// <summary>
/// How soon the death and the hang of Asterisk are noticed and mended in place, as medians, and what the agents needed for it at most:
/// <c>tests/bench.sh supervise</c>. The signal is sent from the host, so no way into the node counts; the moments are those of the node's
/// own events, on the same clock.
/// </summary>
public static class SuperviseBench
{
    private const string Asterisk = "asterisk.service";
    private const double MegabytesBound = 35;
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(10); // An incident is closed three seconds after all is well.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true };

    /// <summary>Runs it: --runs N (5), --binary PATH, --output DIRECTORY.</summary>
    public static int Run(Arguments arguments)
    {
        var runs = arguments.Number("--runs", 5);
        var output = arguments.Option("--output") ?? $"{RootFileSystem.Repository}/out/bench";
        var stack = StackCatalog.FromOptions(arguments);
        arguments.End();
        return Commands.InLab(stack, keep: false, lab => Measure(lab, stack, runs, output));
    }

    private static int Measure(LabRun lab, IClusterStack stack, int runs, string output)
    {
        var story = new FaultRun(lab, stack);
        var (noticed, back, verdict, mended) = (new List<double?>(), new List<double?>(), new List<double?>(), new List<double?>());
        for (var run = 1; run <= runs; run++)
        {
            var killed = Moments(lab, stack, story, "KILL", TimeSpan.Zero);
            // Spread over the probe's interval, because a hang begins at any moment of it.
            var hung = Moments(lab, stack, story, "STOP", TimeSpan.FromMilliseconds(1000.0 * run / runs));
            noticed.Add(killed.Failed);
            back.Add(killed.Started);
            verdict.Add(hung.Failed);
            mended.Add(hung.Started);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"run {run} of {runs}: killed: noticed {killed.Failed:0} ms, serving {killed.Started:0} ms; hung: told {hung.Failed:0} ms, "
                + $"serving {hung.Started:0} ms"));
        }

        var rows = new (string What, double? Median, double? Worst, double? Bound)[]
        {
            ("Asterisk killed → noticed", StackFigures.Median(noticed), noticed.Max(), 50),
            ("Asterisk killed → serving again", StackFigures.Median(back), back.Max(), 1500),
            ("Asterisk SIGSTOP → verdict", StackFigures.Median(verdict), verdict.Max(), 3500),
            ("Asterisk SIGSTOP → serving again", StackFigures.Median(mended), mended.Max(), null),
        };
        story.WaitUntilHealthy();
        Thread.Sleep(Rest);
        var (megabytes, most) = (Megabytes("VmRSS"), Megabytes("VmHWM"));
        Directory.CreateDirectory(output);
        var text = Table(rows, runs) + string.Create(CultureInfo.InvariantCulture,
            $"\nAn agent has {megabytes:0.0} MB resident, aim {MegabytesBound:0}; it had {most:0.0} MB at most since its start.\n");
        File.WriteAllText($"{output}/supervise.md", text);
        File.WriteAllText(
            $"{output}/supervise.json", JsonSerializer.Serialize(new { runs, noticed, back, verdict, mended, megabytes, most }, Format));
        Console.WriteLine(text);
        return rows.All(row => row.Median is { } median && !(median > row.Bound)) && megabytes <= MegabytesBound ? 0 : 1;

        // Of the agent that has more, locked memory and shared libraries included; proc(5).
        double Megabytes(string field) => lab.Nodes.Max(node => 1024e-6 * long.Parse(
            node.Run("sh", "-c", $"awk '$1 == \"{field}:\" {{ print $2 }}' /proc/$(systemctl show -P MainPID {stack.AgentUnit})/status"),
            CultureInfo.InvariantCulture));
    }

    /// <summary>From the signal until the failure is told, and until the resource is started again; null: not within a minute.</summary>
    private static (double? Failed, double? Started) Moments(
        LabRun lab, IClusterStack stack, FaultRun story, string signal, TimeSpan offset)
    {
        story.WaitUntilHealthy();
        var node = lab.Machine(lab.Serving() is [var one] ? one : throw new LabException("not exactly one node serves"));
        Thread.Sleep(TimeSpan.FromSeconds(2) + offset); // Not within the first second of its life.
        string[] members = [.. Processes(node)];
        var begin = (DateTime.UtcNow - DateTime.UnixEpoch).TotalMilliseconds;
        // One of its short-lived children may be gone by now.
        if (!members.Select(member => HostCommand.Try("kill", $"-{signal}", member).ExitCode == 0).ToList().Contains(true))
            throw new LabException($"there was no process of {Asterisk} to signal");
        (double? Failed, double? Started) found = default;
        Waiting.Until(Limit, TimeSpan.FromMilliseconds(200), () => (found = Told(stack.Events(node, begin), begin)).Started is not null);
        stack.ForgetFailures(node); // The restart budget is for accidents.
        return found;
    }

    private static (double? Failed, double? Started) Told(IReadOnlyList<ClusterEvent> events, double begin)
    {
        ClusterEvent[] own = [.. events.Where(entry => entry is { Kind: "resource", Resource: "asterisk" })];
        var failed = Array.Find(own, entry => entry.To == "Failed");
        var started = failed is null ? null : Array.Find(own, entry => entry.To == "Started" && entry.UnixMs > failed.UnixMs);
        return (failed?.UnixMs - begin, started?.UnixMs - begin);
    }

    /// <summary>Asterisk's processes as the host numbers them.</summary>
    private static IEnumerable<string> Processes(NodeMachine node) =>
        Directory.GetDirectories(Path.GetDirectoryName(node.Group.JoinFile)!, Asterisk, SearchOption.AllDirectories)
            .SelectMany(group => File.ReadLines($"{group}/cgroup.procs"));

    private static string Table((string What, double? Median, double? Worst, double? Bound)[] rows, int runs)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"| {runs} runs, probe every second in three layers | median ms | worst ms | aim |");
        text.AppendLine("|---|---:|---:|---:|");
        foreach (var (what, median, worst, bound) in rows)
            text.AppendLine(CultureInfo.InvariantCulture, $"| {what} | {median:0} | {worst:0} | {bound:0} |");
        return text.ToString();
    }
}
