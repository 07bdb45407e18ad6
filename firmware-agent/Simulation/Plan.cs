namespace Appliance.Simulation;

/// <summary>What will be done to the world, and when: made from a seed, or written by hand.</summary>
/// <param name="Site">The installation.</param>
/// <param name="Commands">In the order of time.</param>
/// <param name="Mischief">How long faults may happen; then everything is mended.</param>
public sealed record Plan(Site Site, IReadOnlyList<(TimeSpan At, string Command)> Commands, TimeSpan Mischief)
{
    /// <summary>The plan of a seed.</summary>
    /// <param name="fences">Each node has a fence device, which may fail: what else happens is the same as without.</param>
    public static Plan FromSeed(ulong seed, bool fences = false)
    {
        var dice = new Dice(seed);
        var site = Site.Any(dice);
        var mischief = TimeSpan.FromSeconds(dice.Between(20, 70));
        // Every fifth seed has its data on a replica.
        if (seed % 5 == 4) site = site.WithReplica();
        if (fences) site = site.WithFences();
        var commands = new Planner(dice, site, mischief).Make();
        return new Plan(site, fences ? WithFenceFaults(commands, new Dice(seed).Fork(3), mischief) : commands, mischief);
    }

    /// <summary>In two of three worlds a device, or both, is broken for a while.</summary>
    private static List<(TimeSpan At, string Command)> WithFenceFaults(
        IReadOnlyList<(TimeSpan At, string Command)> commands, Dice dice, TimeSpan mischief)
    {
        var all = commands.ToList();
        for (var count = dice.Below(3); count > 0; count--)
        {
            var node = dice.Pick(["a", "b"]);
            var at = dice.Between(TimeSpan.Zero, mischief);
            all.Add((at, $"fence {node} {dice.Pick(["fails", "slow", "hangs"])}"));
            all.Add((at + dice.Between(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(30)), $"fence {node} none"));
        }

        return [.. all.Where(one => one.At <= mischief).Select((one, index) => (one, index)).OrderBy(pair => pair.one.At)
            .ThenBy(pair => pair.index).Select(pair => pair.one)];
    }
}
