using System.Diagnostics;
using Appliance.Simulation.Replica;
using Appliance.Simulation.Replica.Bugs;

namespace Appliance.Simulation.Runner;

/// <summary>The world of the replicator: one seed with its story, many seeds, planted bugs.</summary>
internal static class ReplicaRuns
{
    public static int Run(string[] words)
    {
        if (!TryParse(words, out var options)) return 2;
        if (options.List)
        {
            foreach (var bug in ReplicaBugs.All) Console.WriteLine($"{bug.Name,-24} {bug.What}");
            return 0;
        }

        if (options.Seeds is not { } seeds) return One(options);
        return options.Survey ? Survey(seeds, options) : Many(seeds, options);
    }

    private static int One(Options options)
    {
        var seed = options.Seed;
        var plan = ReplicaPlan.FromSeed(seed);
        if (options.Shrink) plan = ReplicaRehearsal.Shrink(plan, seed, options.Bug);
        var played = ReplicaRehearsal.Play(plan, seed, keepStory: true, options.Bug);
        foreach (var line in played.Lines) Console.WriteLine(line);
        Console.WriteLine(played.Violation is { } broken
            ? $"seed {seed}: {broken}"
            : $"seed {seed}: no rule was broken in {played.Time.TotalSeconds:0} s, {played.Steps} steps");
        return played.Violation is null ? 0 : 1;
    }

    /// <summary>All broken rules of many seeds, with the first seed of each kind.</summary>
    private static int Survey(ulong seeds, Options options)
    {
        var kinds = new SortedDictionary<string, (int Count, ulong Seed, string Text)>(StringComparer.Ordinal);
        var gate = new Lock();
        Parallel.For((long)options.From, (long)(options.From + seeds), seed =>
        {
            if (ReplicaRehearsal.Play((ulong)seed, keepStory: false, options.Bug).Violation is not { } broken) return;
            var kind = broken.Rule + (broken.Rule == "own" ? broken.Text : "");
            lock (gate)
            {
                var (count, first, text) = kinds.GetValueOrDefault(kind, (0, ulong.MaxValue, ""));
                kinds[kind] = (ulong)seed < first ? (count + 1, (ulong)seed, broken.ToString()) : (count + 1, first, text);
            }
        });
        foreach (var (_, (count, seed, text)) in kinds.OrderByDescending(kind => kind.Value.Count))
            Console.WriteLine($"{count,6} times, first seed {seed}: {text}");
        Console.WriteLine($"{seeds} seeds, {kinds.Values.Sum(kind => kind.Count)} broke a rule");
        return kinds.Count == 0 ? 0 : 1;
    }

    private static int Many(ulong seeds, Options options)
    {
        var watch = Stopwatch.StartNew();
        var sweep = ReplicaSweep.Run(options.From, seeds, options.Bug, CancellationToken.None);
        var (hours, seconds) = (sweep.VirtualTime.TotalHours, watch.Elapsed.TotalSeconds);
        Console.WriteLine($"{sweep.Count} seeds, {hours:0.0} virtual hours, {sweep.Steps} steps in {seconds:0.0} s");
        if (sweep.First is not { } first)
        {
            Console.WriteLine($"{sweep.Count} passed, 0 failed, 0 skipped");
            return 0;
        }

        Console.WriteLine($"seed {first.Seed}: {first.Violation}");
        Console.WriteLine(
            $"replay: dotnet run --project tests/Simulation -- --replica {first.Seed}"
            + $"{(options.Bug is null ? "" : $" --bug {options.Bug.Name}")} --shrink");
        Console.WriteLine($"{sweep.Count - 1} passed, 1 failed, 0 skipped");
        return 1;
    }

    private static bool TryParse(string[] words, out Options options)
    {
        options = new Options(0, null, 0, null, false, false, false);
        for (var at = 0; at < words.Length; at++)
        {
            var value = at + 1 < words.Length ? words[at + 1] : "";
            switch (words[at])
            {
                case "--bugs": options = options with { List = true }; break;
                case "--shrink": options = options with { Shrink = true }; break;
                case "--survey" when ulong.TryParse(value, out var seeds):
                    (options, at) = (options with { Seeds = seeds, Survey = true }, at + 1);
                    break;
                case "--seeds" when ulong.TryParse(value, out var seeds): (options, at) = (options with { Seeds = seeds }, at + 1); break;
                case "--from" when ulong.TryParse(value, out var from): (options, at) = (options with { From = from }, at + 1); break;
                case "--bug" when ReplicaBugs.Find(value) is { } bug: (options, at) = (options with { Bug = bug }, at + 1); break;
                case var word when ulong.TryParse(word, out var seed): options = options with { Seed = seed }; break;
                default:
                    Console.Error.WriteLine($"not understood: {words[at]} {value}; planted bugs are listed by --replica --bugs");
                    return false;
            }
        }

        return true;
    }

    private sealed record Options(ulong Seed, ulong? Seeds, ulong From, ReplicaBug? Bug, bool List, bool Shrink, bool Survey);
}
