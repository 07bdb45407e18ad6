using System.Text.Json;
using Appliance.Lab.Host;
using Appliance.Lab.Probing;
using Appliance.Lab.Setup;
using Appliance.Lab.Stacks;
using Appliance.Lab.Story;

namespace Appliance.Lab.Bench;

/// <summary>
/// Loads all cores and the memory of both nodes and requires that nothing moves: a false failover is worse than a slow one.
/// </summary>
public static class StressBench
{
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true };

    /// <summary>Runs it: --seconds N (600), --stack NAME, --binary PATH, --output DIRECTORY.</summary>
    public static int Run(Arguments arguments)
    {
        var seconds = arguments.Number("--seconds", 600);
        var output = arguments.Option("--output") ?? $"{RootFileSystem.Repository}/out/bench";
        var stack = StackCatalog.FromOptions(arguments);
        arguments.End();
        return Commands.InLab(stack, keep: false, lab => Load(lab, stack, seconds, output));
    }

    private static int Load(LabRun lab, IClusterStack stack, int seconds, string output)
    {
        new FaultRun(lab, stack).WaitUntilHealthy();
        var serving = lab.Serving()[0];
        var processes = Processes(lab, serving);
        using var prober = Prober.Start(lab);
        Console.WriteLine($"{stack.Name} ({stack.Settings}): {serving.Name} serves; loading both nodes for {seconds} s");
        var begin = MonotonicClock.NowMs;
        foreach (var node in lab.Nodes) StartLoad(node, seconds);
        var moved = Waiting.Until(TimeSpan.FromSeconds(seconds), TimeSpan.FromSeconds(1),
            () => lab.Serving() is not [var one] || one != serving);
        Thread.Sleep(TimeSpan.FromSeconds(moved ? 0 : 3));

        var changes = prober.Owners.ChangesSince(begin);
        var undisturbed = !moved && changes == 0 && Processes(lab, serving) == processes;
        var worst = Enum.GetValues<ProbeKind>()
            .ToDictionary(kind => $"{kind}", kind => prober.Answers(kind).LongestGapSince(begin, double.MaxValue)?.Ms);
        var result = new { stack = stack.Name, settings = stack.Settings, seconds, false_failover = !undisturbed,
            owner_changes = changes, longest_gap_ms = worst };
        Directory.CreateDirectory(output);
        File.WriteAllText($"{output}/stress-{stack.Name}.json", JsonSerializer.Serialize(result, Format));
        var gaps = string.Join(", ", worst.Select(gap => $"{gap.Key} {gap.Value:0} ms"));
        var servers = string.Join(" and ", lab.Serving().Select(node => node.Name));
        Console.WriteLine(undisturbed
            ? $"no false failover in {seconds} s; longest time without an answer: {gaps}"
            : $"FALSE FAILOVER: served by {servers} after {(MonotonicClock.NowMs - begin) / 1000:0} s, {changes} changes seen");
        return undisturbed ? 0 : 1;
    }

    private static void StartLoad(NodeMachine node, int seconds)
    {
        var cores = $"{Environment.ProcessorCount}";
        // As a unit of its own, as a runaway program would be: ordinary priority, in the same machine as the agent.
        node.Run("systemd-run", "--unit=load", "--collect", "stress-ng", "--cpu", cores, "--vm", cores, "--vm-bytes", "512M",
            "--timeout", $"{seconds}s");
    }

    private static string Processes(LabRun lab, NodePlan node) =>
        lab.Machine(node).Run("systemctl", "show", "--property=MainPID", "--value", "asterisk.service", "mariadb.service");
}
