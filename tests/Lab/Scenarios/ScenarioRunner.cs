using System.Diagnostics;
using Appliance.Lab.Host;
using Appliance.Lab.Setup;
using Appliance.Lab.Stacks;

namespace Appliance.Lab.Scenarios;

/// <summary>Runs the scenarios in one lab, one after the other, and prints a line for each.</summary>
public static class ScenarioRunner
{
    /// <summary>
    /// Runs them: --only PART for the ones whose name contains it, --stack NAME, --binary PATH. Exit code 1 when one failed.
    /// </summary>
    public static int Run(Arguments arguments)
    {
        var only = arguments.Option("--only") ?? "";
        var stack = StackCatalog.FromOptions(arguments);
        arguments.End();
        var chosen = ScenarioCatalog.All.Where(scenario => scenario.Name.Contains(only, StringComparison.Ordinal)).ToArray();
        if (chosen.Length == 0) throw new LabException($"no scenario's name contains \"{only}\"");
        return Commands.InLab(stack, keep: false, lab => RunAll(lab, stack, chosen));
    }

    private static int RunAll(LabRun lab, IClusterStack stack, Scenario[] scenarios)
    {
        var context = new ScenarioContext(lab, stack);
        context.WaitUntilHealthy();
        var (passed, failed, skipped) = (0, 0, 0);
        foreach (var scenario in scenarios)
        {
            if (scenario.NeedsOurCommands && stack is not ApplianceStack)
            {
                Console.WriteLine($"SKIP {scenario.Name}: it says something about our agent only");
                skipped++;
            }
            else if (scenario.Open is { } reason && stack.Replicates)
            {
                Console.WriteLine($"SKIP {scenario.Name}: {reason}");
                skipped++;
            }
            else if (scenario.NeedsReplica && !stack.Replicates)
            {
                Console.WriteLine($"SKIP {scenario.Name}: this stack does not replicate");
                skipped++;
            }
            else if (ProveInTime(context, scenario)) passed++;
            else failed++;
        }
        Console.WriteLine($"{passed} passed, {failed} failed, {skipped} skipped");
        return failed == 0 ? 0 : 1;
    }

    /// <summary>A bound in milliseconds that is missed once is asked for again, aloud; whatever else fails is a failure.</summary>
    private static bool ProveInTime(ScenarioContext context, Scenario scenario)
    {
        try
        {
            return Prove(context, scenario);
        }
        catch (TooSlowException slow)
        {
            Console.WriteLine($"AGAIN {scenario.Name}: {slow.Message}");
            return Prove(context, scenario, again: true);
        }
    }

    private static bool Prove(ScenarioContext context, Scenario scenario, bool again = false)
    {
        var watch = Stopwatch.StartNew();
        string? why = null;
        TooSlowException? slow = null;
        try
        {
            scenario.Prove(context);
        }
        catch (LabException exception)
        {
            why = exception.Message;
            PrintNotes(context);
        }
        catch (TooSlowException exception) when (!again)
        {
            slow = exception;
        }
        catch (TooSlowException exception)
        {
            why = exception.Message;
            PrintNotes(context);
        }
        try
        {
            context.Restore();
        }
        catch (LabException exception)
        {
            why = $"{(why is null ? "" : why + "; ")}afterwards: {exception.Message}";
            ColdRestart(context);
        }
        if (slow is not null && why is null) throw slow;
        Console.WriteLine(why is null ? $"PASS {scenario.Name} ({watch.Elapsed.TotalSeconds:0} s)" : $"FAIL {scenario.Name}: {why}");
        return why is null;
    }

    // What the nodes themselves say, so that a failure can be understood without repeating it.
    private static void PrintNotes(ScenarioContext context)
    {
        foreach (var node in context.Lab.Nodes.Where(node => node.IsOn && !node.Group.IsFrozen))
        {
            var journal = node.Try("journalctl", "--unit", context.Stack.AgentUnit, "--lines", "25", "--no-pager", "--output",
                "short-precise");
            Console.WriteLine($"---- {node.Plan.Name}\n{journal.Output.TrimEnd()}");
        }
        Console.WriteLine("----");
    }

    // One scenario that wrecks the pair must not fail all that follow.
    private static void ColdRestart(ScenarioContext context)
    {
        foreach (var node in context.Lab.Nodes) node.PowerCut();
        foreach (var node in context.Lab.Nodes) node.PowerOn();
        context.WaitUntilHealthy();
    }
}
