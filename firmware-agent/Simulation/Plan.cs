namespace Appliance.Simulation;

/// <summary>What will be done to the world, and when: made from a seed, or written by hand.</summary>
/// <param name="Site">The installation.</param>
/// <param name="Commands">In the order of time.</param>
/// <param name="Mischief">How long faults may happen; then everything is mended.</param>
public sealed record Plan(Site Site, IReadOnlyList<(TimeSpan At, string Command)> Commands, TimeSpan Mischief)
{
    /// <summary>The plan of a seed.</summary>
    public static Plan FromSeed(ulong seed)
    {
        var dice = new Dice(seed);
        var site = Site.Any(dice);
        var mischief = TimeSpan.FromSeconds(dice.Between(20, 70));
        // Every fifth seed has its data on a replica.
        if (seed % 5 == 4) site = site.WithReplica();
        return new Plan(site, new Planner(dice, site, mischief).Make(), mischief);
    }
}
