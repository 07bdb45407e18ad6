using System.Collections.Immutable;
using Appliance.Core.Configuration;
using Appliance.Simulation.Rules;

namespace Appliance.Simulation.WhatIf;

/// <summary>How a group fared.</summary>
/// <param name="Before">Node that served it before; null: none did.</param>
/// <param name="After">Node that serves it afterwards; null: none.</param>
/// <param name="Silent">How long nobody served it, of the whole time that was played.</param>
/// <param name="Moves">How often another node began to serve it.</param>
/// <param name="Twice">How long both served it.</param>
public sealed record WhatIfGroup(string Group, string? Before, string? After, TimeSpan Silent, int Moves, TimeSpan Twice);

/// <param name="Lines">What the nodes did, times from the fault on.</param>
/// <param name="Violation">A rule of the cluster that was broken; null: none.</param>
/// <param name="Played">Virtual time that was played after the fault.</param>
public sealed record WhatIfAnswer(
    ImmutableArray<WhatIfGroup> Groups, IReadOnlyList<string> Lines, Violation? Violation, TimeSpan Played);

/// <summary>
/// Two nodes with the given configuration and this executable's own decisions, in sync and at rest; then something happens.
/// </summary>
public static class WhatIfPlay
{
    /// <summary>Longer than a node needs to boot and to be taken back into the pair.</summary>
    private static readonly TimeSpan Aftermath = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);

    /// <param name="serving">Node that is switched on first and so serves what has no preferred node, 0 or 1.</param>
    /// <param name="commands">From <see cref="WhatIfSentence"/>.</param>
    public static WhatIfAnswer Play(Site site, int serving, ImmutableArray<string> commands)
    {
        var world = new World(site, 1, keepStory: true);
        Settle(world, serving);
        var (groups, told) = (site.Config.Groups, world.Story.Lines.Count);
        var before = groups.Select((_, group) => Server(world, group)).ToArray();
        var (silent, twice) = (new TimeSpan[groups.Length], new TimeSpan[groups.Length]);
        var (last, moves) = (before.ToArray(), new int[groups.Length]);
        world.Story.Origin = world.Timeline.Now;
        foreach (var command in commands) Core.Invariant.Check(world.Do(command) is null);
        var begin = world.Timeline.Now;
        while (world.Timeline.Now - begin < Aftermath && world.Oracle.Violation is null)
        {
            world.Run(Look);
            for (var group = 0; group < groups.Length; group++)
            {
                var now = Server(world, group);
                if (now < 0) silent[group] += Look;
                else if (world.Machines[1 - now].Services.Serve(group)) twice[group] += Look;
                else if (now != last[group]) (last[group], moves[group]) = (now, moves[group] + 1);
            }
        }

        return new WhatIfAnswer(
            [.. groups.Select((group, number) => new WhatIfGroup(
                group.Name, Name(site.Config, before[number]), Name(site.Config, Server(world, number)), silent[number], moves[number],
                twice[number]))],
            [.. world.Story.Lines.Skip(told)], world.Oracle.Violation, world.Timeline.Now - begin);
    }

    private static void Settle(World world, int serving)
    {
        var timing = world.Site.Config.Heartbeat;
        world.Do($"power-on {(serving == 0 ? "a" : "b")}");
        world.Run(world.Site.BootTime + TimeSpan.FromSeconds(1));
        world.Do($"power-on {(serving == 0 ? "b" : "a")}");
        world.Run(world.Site.BootTime + timing.Initdead + TimeSpan.FromMinutes(1));
        // Groups that prefer the other node have moved there if their failback says so; the rest stays.
    }

    /// <summary>Node on which all of a group does its work, -1: none.</summary>
    private static int Server(World world, int group) =>
        world.Machines[0].Services.Serve(group) ? 0 : world.Machines[1].Services.Serve(group) ? 1 : -1;

    private static string? Name(ApplianceConfig config, int node) => node < 0 ? null : config.Nodes[node];
}
