using System.Diagnostics;
using Appliance.Simulation.Bugs;

namespace Appliance.Simulation.Runner;

/// <summary>Plays many seeds on all processors; prints the lowest one that breaks a rule and how to replay it.</summary>
internal static class Many
{
    public static int Run(ulong seeds, string[] options)
    {
        var fences = Options.TakeFlag(ref options, "--fences");
        if (!Options.TryParse(options, out var from, out var bug)) return 2;
        var watch = Stopwatch.StartNew();
        var sweep = Sweep.Run(from, seeds, bug, CancellationToken.None, fences);
        var hours = sweep.VirtualTime.TotalHours;
        var seconds = watch.Elapsed.TotalSeconds;
        Console.WriteLine($"{sweep.Count} seeds, {hours:0.0} virtual hours, {sweep.Steps} steps in {seconds:0.0} s");
        Console.WriteLine($"{hours / seconds:0.00} virtual hours a second");
        if (sweep.First is not { } first)
        {
            Console.WriteLine($"{sweep.Count} passed, 0 failed, 0 skipped");
            return 0;
        }

        Console.WriteLine($"seed {first.Seed}: {first.Violation}");
        var world = $"{(fences ? " --fences" : "")}{(bug is null ? "" : $" --bug {bug.Name}")}";
        Console.WriteLine($"replay: dotnet run --project tests/Simulation -- {first.Seed}{world}");
        Console.WriteLine($"{sweep.Count - 1} passed, 1 failed, 0 skipped");
        return 1;
    }

    public static int ListBugs()
    {
        foreach (var bug in PlantedBugs.All) Console.WriteLine($"{bug.Name,-24} {bug.What}");
        return 0;
    }
}
