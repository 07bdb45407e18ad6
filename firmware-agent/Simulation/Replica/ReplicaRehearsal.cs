using Appliance.Core.Time;
using Appliance.Simulation.Replica.Bugs;

namespace Appliance.Simulation.Replica;

/// <summary>Plays a plan: mischief, then everything is mended, then all must be well, byte by byte.</summary>
public static class ReplicaRehearsal
{
    /// <summary>Boots, waits of the agents, a whole copy under load.</summary>
    public static readonly TimeSpan Recovery = TimeSpan.FromSeconds(60);

    public static Played Play(ulong seed, bool keepStory = false, ReplicaBug? bug = null) =>
        Play(ReplicaPlan.FromSeed(seed), seed, keepStory, bug);

    public static Played Play(ReplicaPlan plan, ulong seed, bool keepStory = false, ReplicaBug? bug = null)
    {
        var world = new ReplicaWorld(plan.Site, seed, keepStory, bug);
        var (config, regions) = (plan.Site.Config[0], 1 << plan.Site.RegionShift >> 10);
        world.Tell(-1, $"protocol {config.Protocol}, {plan.Site.DataBytes >> 10} KiB, regions of {regions} KiB");
        var mischief = new Mischief(world);
        foreach (var (at, command) in plan.Commands)
        {
            world.Timeline.After(at, () =>
            {
                if (!mischief.Do(command)) world.Oracle.Break("plan", $"not understood: {command}");
            });
        }

        world.Run(plan.Time);
        Settle(world, mischief);
        foreach (var process in world.Processes) process.Forget();
        return new Played(seed, world.Oracle.Violation, world.Story.Lines, world.Timeline.Now - Instant.Boot, world.Steps);
    }

    /// <summary>The smallest part of a plan that still breaks the same rule: events are left out one after the other.</summary>
    public static ReplicaPlan Shrink(ReplicaPlan plan, ulong seed, ReplicaBug? bug)
    {
        var rule = Play(plan, seed, false, bug).Violation?.Rule;
        for (var at = plan.Commands.Count - 1; at > 0 && rule is not null; at--)
        {
            var fewer = plan with { Commands = [.. plan.Commands.Where((_, index) => index != at)] };
            if (Play(fewer, seed, false, bug).Violation?.Rule == rule) plan = fewer;
        }

        return plan;
    }

    private static void Settle(ReplicaWorld world, Mischief mischief)
    {
        if (world.Oracle.Violation is not null) return;
        world.Tell(-1, "everything is mended");
        mischief.Mend();
        var end = world.Timeline.Now + Recovery;
        // The users go on: a copy must come to its end under load.
        do
        {
            world.Operator.Repair();
            world.Run(TimeSpan.FromSeconds(3));
        }
        while (world.Oracle.Violation is null && !IsWell(world) && world.Timeline.Now < end);

        if (world.Oracle.MediumLies) Verify(world);
        world.IsQuietForGood = true;
        world.Front.Quiet = true;
        world.RunUntil(TimeSpan.FromSeconds(5), () => world.Front.OpenCount == 0);
        world.Front.Flush();
        world.Run(TimeSpan.FromSeconds(3));
        world.RunUntil(TimeSpan.FromSeconds(2), () => Array.TrueForAll(world.Hosts, IsIdle));
        if (world.Oracle.Violation is null) world.Oracle.Settled();
    }

    /// <summary>A medium that lied is found out by comparing both copies, and repaired from the primary.</summary>
    private static void Verify(ReplicaWorld world)
    {
        if (!IsWell(world)) return;
        world.Hosts[world.Front.Node].Process?.Order(new Core.Replica.ReplicaOrder.Verify());
        world.Run(TimeSpan.FromSeconds(2));
        world.RunUntil(TimeSpan.FromSeconds(30), () => IsWell(world));
    }

    private static bool IsIdle(Hosts.SimHost host) =>
        host.Process is not { IsAlive: true } process || Rules.MemoryComesBack.IsIdle(process.Seen);

    private static bool IsWell(ReplicaWorld world) => world.IsWhole && world.Front.Node >= 0;
}
