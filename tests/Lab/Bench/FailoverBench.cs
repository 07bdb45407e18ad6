using System.Text.Json;
using Appliance.Lab.Faults;
using Appliance.Lab.Setup;
using Appliance.Lab.Stacks;
using Appliance.Lab.Story;

namespace Appliance.Lab.Bench;

/// <summary>Measures failover of one stack after the other in the same lab with the same prober, and writes the table.</summary>
public static class FailoverBench
{
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true };

    /// <summary>Runs it: --stacks A,B,... (all by default), --runs N (5), --output DIRECTORY, --binary PATH.</summary>
    public static int Run(Arguments arguments)
    {
        var runs = arguments.Number("--runs", 5);
        var output = arguments.Option("--output") ?? $"{RootFileSystem.Repository}/out/bench";
        var binary = arguments.Option("--binary");
        var names = (arguments.Option("--stacks") ?? "appliance,heartbeat,heartbeat-fast,pacemaker,pacemaker-fast").Split(',');
        arguments.End();
        var stacks = names.Select(name => StackCatalog.Parse(name, binary)).ToArray();
        Directory.CreateDirectory(output);

        var all = new List<StackFigures>();
        foreach (var stack in stacks)
        {
            var figures = new StackFigures { Stack = stack.Name, Settings = stack.Settings };
            all.Add(figures);
            Commands.InLab(stack, keep: false, lab => Measure(lab, stack, figures, runs));
            File.WriteAllText($"{output}/failover.json", JsonSerializer.Serialize(all, Format));
            File.WriteAllText($"{output}/failover.md", BenchTable.Markdown(all, runs));
        }
        Console.WriteLine();
        Console.WriteLine(BenchTable.Markdown(all, runs));
        Console.WriteLine($"written: {output}/failover.md and failover.json");
        return all.All(figures => figures.Complaints.Count == 0) ? 0 : 1;
    }

    private static int Measure(LabRun lab, IClusterStack stack, StackFigures figures, int runs)
    {
        var story = new FaultRun(lab, stack);
        story.WaitUntilHealthy();
        Thread.Sleep(TimeSpan.FromSeconds(3));
        figures.Use = DaemonUse.Measure(lab, stack, TimeSpan.FromSeconds(20));
        if (stack is ApplianceStack own)
        {
            figures.BinaryBytes = new FileInfo(own.Binary).Length;
            figures.FirstHeartbeatMs = FirstHeartbeat.Measure(lab, stack);
            story.WaitUntilHealthy();
        }
        for (var run = 1; run <= runs; run++)
        {
            PowerLoss(lab, story, figures);
            Switchover(lab, stack, story, figures);
            Console.WriteLine($"{stack.Name} run {run} of {runs}: power loss to MySQL {figures.PowerToMySql[^1]} ms, " +
                $"to SIP {figures.PowerToSip[^1]} ms; switchover SIP {figures.SwitchoverSip[^1]} ms, " +
                $"MySQL {figures.SwitchoverMySql[^1]} ms");
        }
        return 0;
    }

    private static void PowerLoss(LabRun lab, FaultRun story, StackFigures figures)
    {
        var report = story.Play(FaultCatalog.Parse("power", 0));
        figures.PowerToAddress.Add(report.OutageMs.Address);
        figures.PowerToMySql.Add(report.OutageMs.MySql);
        figures.PowerToSip.Add(report.OutageMs.Sip);
        Complain(figures, report);
        lab.Machine(NodePlan.Parse(report.Node)).PowerOn();
        story.WaitUntilHealthy();
    }

    private static void Switchover(LabRun lab, IClusterStack stack, FaultRun story, StackFigures figures)
    {
        // Both services run for a while first: a server that is still starting stops slowly.
        Thread.Sleep(TimeSpan.FromSeconds(2));
        var report = story.Play(FaultCatalog.Parse("switchover", 0));
        figures.SwitchoverSip.Add(report.OutageMs.Sip);
        figures.SwitchoverMySql.Add(report.OutageMs.MySql);
        Complain(figures, report);
        stack.Rejoin(lab, NodePlan.Parse(report.Node));
        story.WaitUntilHealthy();
    }

    private static void Complain(StackFigures figures, FaultReport report)
    {
        if (report.IsOk) return;
        figures.Complaints.Add($"{report.Fault}: {report.Verdict}");
        Console.WriteLine($"{figures.Stack}: {report.Fault}: {report.Verdict}");
    }
}
