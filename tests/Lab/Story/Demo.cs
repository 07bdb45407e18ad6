using Appliance.Lab.Faults;
using Appliance.Lab.Host;
using Appliance.Lab.Setup;
using Appliance.Lab.Stacks;

namespace Appliance.Lab.Story;

/// <summary>The story a newcomer sees: a healthy pair, a fault, the takeover, the repair, a planned switchover, and the report.</summary>
public static class Demo
{
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(2);

    /// <summary>Runs it: --fault NAME (power), --keep, --output DIRECTORY, --stack NAME, --binary PATH.</summary>
    public static int Run(Arguments arguments)
    {
        var fault = FaultCatalog.Parse(arguments.Option("--fault") ?? "power", arguments.Number("--percent", 30));
        var keep = arguments.Flag("--keep");
        var output = arguments.Option("--output") ?? $"{RootFileSystem.Repository}/out/demo";
        var stack = StackCatalog.FromOptions(arguments);
        arguments.End();
        Say($"booting two nodes with {stack.Name} ({stack.Settings})");
        return Commands.InLab(stack, keep, lab => Tell(lab, stack, fault, output));
    }

    private static int Tell(LabRun lab, IClusterStack stack, Fault fault, string output)
    {
        var story = new FaultRun(lab, stack);
        Say("waiting for a healthy pair");
        story.WaitUntilHealthy();
        Say($"{lab.Serving()[0].Name} serves {NodePlan.ServiceAddress}; a client asks for it every 50 ms");
        Thread.Sleep(Rest);

        var reports = new List<FaultReport> { story.Play(fault) };
        // A planned switchover needs two working nodes, so the repair comes first.
        if (fault.Name != "switchover")
        {
            Say("repairing");
            Repair(lab, stack, NodePlan.Parse(reports[0].Node));
            reports[0] = story.AwaitSync(reports[0]);
            Print(reports[0], stack.HasLines);
            if (!reports[0].IsOk) return End(stack, reports, output);
            story.WaitUntilHealthy();
            Thread.Sleep(Rest);
            reports.Add(story.AwaitSync(story.Play(FaultCatalog.Parse("switchover", 0))));
        }
        Print(reports[^1], stack.HasLines);
        return End(stack, reports, output);
    }

    private static int End(IClusterStack stack, List<FaultReport> reports, string output)
    {
        ReportFiles.Write(output, stack, reports);
        Say($"written: {output}/report.json and {output}/report.html");
        return reports.All(report => report.IsOk) ? 0 : 1;
    }

    /// <summary>Brings everything back that the fault took.</summary>
    public static void Repair(LabRun lab, IClusterStack stack, NodePlan node)
    {
        FaultCatalog.Heal(lab, stack);
        lab.Machine(node).PowerOn();
    }

    private static void Print(FaultReport report, bool hasLines)
    {
        Console.WriteLine();
        Console.WriteLine($"== {report.Fault} on {report.Node} ==");
        foreach (var line in report.Timeline) Console.WriteLine($"{line.Ms,+7:+0;-0;0} ms  {line.Node,-7} {line.Text}");
        var outage = report.OutageMs;
        Console.WriteLine($"outage: address {Ms(outage.Address)}, MySQL {Ms(outage.MySql)}, SIP {Ms(outage.Sip)}");
        if (hasLines)
            Console.WriteLine($"PRI:    {Ms(outage.Pri)} (relay and bridge at the node that serves, voice arriving, Asterisk answering)");
        Console.WriteLine($"rows: {report.Rows.Acknowledged} acknowledged, {report.Rows.Present} present, {report.Rows.Lost} lost" +
            (report.Rows.OnTheOtherNode > 0
                ? $" ({report.Rows.OnTheOtherNode} are in the other node's database: this stack does not replicate)" : ""));
        if (report.Rows.Replicated)
            Console.WriteLine($"recordings: {report.Files.Acknowledged} acknowledged, {report.Files.Present} present with the same hash, " +
                $"{report.Files.Lost} lost");
        if (report.InSyncAfterMs is { } sync) Console.WriteLine($"both copies UpToDate {sync} ms after the repair");
        Console.WriteLine($"verdict: {report.Verdict}");
        Console.WriteLine();
    }

    private static string Ms(int? value) => value is null ? "did not come back" : $"{value} ms";

    private static void Say(string text) => Console.WriteLine($"{DateTime.Now:HH:mm:ss} {text}");
}
