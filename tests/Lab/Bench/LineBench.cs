using System.Globalization;
using System.Text;
using System.Text.Json;
using Appliance.Lab.Faults;
using Appliance.Lab.Setup;
using Appliance.Lab.Stacks;
using Appliance.Lab.Story;

namespace Appliance.Lab.Bench;

/// <summary>The telephone lines' figures as medians: <c>tests/bench.sh lines</c>.</summary>
public static class LineBench
{
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true };

    /// <summary>Runs it: --runs N (5), --seconds N a relay hangs (30), --binary PATH, --output DIRECTORY.</summary>
    public static int Run(Arguments arguments)
    {
        var runs = arguments.Number("--runs", 5);
        var seconds = arguments.Number("--seconds", 30);
        var output = arguments.Option("--output") ?? $"{RootFileSystem.Repository}/out/bench";
        var stack = StackCatalog.FromOptions(arguments);
        arguments.End();
        return Commands.InLab(stack, keep: false, lab => Measure(lab, stack, runs, seconds, output));
    }

    private static int Measure(LabRun lab, IClusterStack stack, int runs, int seconds, string output)
    {
        var story = new FaultRun(lab, stack);
        var figures = new LineFigures(lab, stack, story.WaitUntilHealthy);
        var (asterisk, killed, hung, steered) = (new List<double?>(), new List<double?>(), new List<double?>(), new List<double?>());
        for (var run = 1; run <= runs; run++)
        {
            asterisk.Add(figures.AsteriskDead());
            Console.WriteLine($"Asterisk dead {asterisk[^1]:0} ms");
            lab.Machine(NodePlan.A).Run("appliance", "resource", "cleanup", "pbx"); // Its restart budget is for accidents.
            killed.Add(figures.AgentDead());
            hung.Add(figures.AgentHung());
            Console.WriteLine($"agent killed {killed[^1]:0} ms, hung {hung[^1]:0} ms");
            figures.ServeAtA();
            var report = story.Play(FaultCatalog.Parse("switchover", 0));
            if (!report.IsOk) Console.WriteLine($"switchover: {report.Verdict}");
            steered.Add(LineFigures.Steered(lab, NodePlan.B));
            Console.WriteLine($"PRI outage of the switchover {report.OutageMs.Pri} ms");
            Console.WriteLine($"run {run} of {runs}: Asterisk dead {asterisk[^1]:0} ms, agent killed {killed[^1]:0} ms, agent hung "
                + $"{hung[^1]:0} ms, bridge steered {steered[^1]:0} ms");
        }

        var (before, after) = figures.HangingRelay(TimeSpan.FromSeconds(seconds));
        var rows = new (string What, double? Median, double Bound)[]
        {
            ("Asterisk dead → relay lets go", StackFigures.Median(asterisk), 300),
            ("agent kill -9 → relay lets go", StackFigures.Median(killed), 900),
            ("agent SIGSTOP → relay lets go", StackFigures.Median(hung), 900),
            ("decision → bridge steered", StackFigures.Median(steered), 50),
            ($"relay hangs {seconds} s → worst lateness of a heartbeat ({before:0.0} ms without)", after, 20),
        };
        Directory.CreateDirectory(output);
        File.WriteAllText($"{output}/lines.md", Table(rows, runs));
        File.WriteAllText($"{output}/lines.json", JsonSerializer.Serialize(
            new { runs, asterisk, killed, hung, steered, lateness_before_ms = before, lateness_hanging_ms = after }, Format));
        Console.WriteLine(Table(rows, runs));
        return rows.All(row => row.Median <= row.Bound) ? 0 : 1;
    }

    private static string Table((string What, double? Median, double Bound)[] rows, int runs)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"| medians of {runs} runs, deadtime 600 ms | ms | aim |");
        text.AppendLine("|---|---:|---:|");
        foreach (var (what, median, bound) in rows)
            text.AppendLine(CultureInfo.InvariantCulture, $"| {what} | {median:0.#} | {bound:0} |");
        return text.ToString();
    }
}
