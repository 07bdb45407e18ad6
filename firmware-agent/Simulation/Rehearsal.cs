using Appliance.Core.Time;
using Appliance.Simulation.Bugs;
using Appliance.Simulation.Rules;

namespace Appliance.Simulation;

/// <summary>What came of a run.</summary>
/// <param name="Seed">Replays it.</param>
/// <param name="Violation">The first rule that was broken; null: none.</param>
/// <param name="Lines">Its story, if it was kept.</param>
/// <param name="Time">Virtual time that passed.</param>
/// <param name="Steps">Steps of the machines under test.</param>
public sealed record Played(ulong Seed, Violation? Violation, IReadOnlyList<string> Lines, TimeSpan Time, long Steps);

/// <summary>Plays a plan: mischief, then everything is mended, then all must be well, and stay so.</summary>
public static class Rehearsal
{
    /// <summary>
    /// Mended worlds are well after this: a boot, initdead, a node that is resetting itself, the pause before a failed group is tried
    /// again.
    /// </summary>
    public static readonly TimeSpan Recovery = TimeSpan.FromSeconds(45);

    /// <summary>Nothing may move for this long afterwards.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromSeconds(8);

    /// <param name="fences">In the world in which each node has a fence device; a bug of fencing is always played there.</param>
    public static Played Play(ulong seed, bool keepStory = false, PlantedBug? bug = null, bool fences = false) =>
        Play(Plan.FromSeed(seed, fences || bug is { NeedsFences: true }), seed, keepStory, bug);

    public static Played Play(Plan plan, ulong seed, bool keepStory = false, PlantedBug? bug = null)
    {
        var world = new World(plan.Site, seed, keepStory, bug);
        foreach (var (at, command) in plan.Commands) world.Timeline.After(at, () => Do(world, command));
        world.Run(plan.Mischief);
        if (world.Oracle.Violation is null) Mend(world);
        return new Played(seed, world.Oracle.Violation, world.Story.Lines, world.Timeline.Now - Instant.Boot, world.Steps);
    }

    private static void Do(World world, string command)
    {
        if (world.Do(command) is { } problem) world.Oracle.Break("plan", problem);
    }

    private static void Mend(World world)
    {
        Do(world, "heal");
        world.Run(TimeSpan.FromSeconds(6));
        world.Replica?.MendSplit();
        foreach (var node in new[] { "a", "b" })
        {
            Do(world, $"online {node}");
            Do(world, $"maintenance {node} off");
            for (var group = 0; group < world.Site.Config.Groups.Length; group++)
            {
                Do(world, $"cleanup {node} {world.Site.Config.Groups[group].Name}");
                if (world.Oracle.Truth.Data[node == "a" ? 0 : 1, group] != Core.Cluster.DataStanding.None)
                    Do(world, $"data {node} {world.Site.Config.Groups[group].Name} UpToDate");
            }
        }

        world.Run(Recovery);
        if (world.Oracle.Violation is null) AllWell.Check(world);
        var promotions = world.Oracle.Truth.Groups.Sum(group => group.Promotions);
        world.Run(Quiet);
        if (world.Oracle.Violation is null) AllWell.Check(world);
        if (world.Oracle.Truth.Groups.Sum(group => group.Promotions) != promotions)
            world.Oracle.Break(AllWell.Name, "a group moved although nothing happened");
    }
}
