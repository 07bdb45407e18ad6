using System.Globalization;
using Appliance.Core.Cluster;
using Appliance.Simulation.Machines;

namespace Appliance.Simulation.Commands;

/// <summary>What operators do at a node, what the replica says, and what an attacker on the wire does.</summary>
internal static class Orders
{
    public static bool Do(World world, Machine machine, string[] words)
    {
        if (Command(words) is { } command)
        {
            world.Order(machine.Number, command);
            return true;
        }

        switch (words)
        {
            case ["replay", _, var link] when Wires.Find(world, link) is >= 0 and var number:
                world.Oracle.Truth.Attacked = true;
                world.Net.Replay(machine.Number, number, 40);
                return true;
            case ["babble", _, var link] when Wires.Find(world, link) is >= 0 and var number:
                world.Net.Babble(machine.Number, number);
                return true;
            case ["data", _, var group, var standing] when Group(world, group) is >= 0 and var number
                && Enum.TryParse<DataStanding>(standing, out var data):
                world.SetData(machine.Number, number, data);
                return true;
            default: return false;
        }
    }

    /// <summary>Number of a group, or -1.</summary>
    public static int Group(World world, string name)
    {
        for (var number = 0; number < world.Site.Config.Groups.Length; number++)
        {
            if (world.Site.Config.Groups[number].Name == name) return number;
        }

        return -1;
    }

    private static Command? Command(string[] words) => words switch
    {
        ["standby", _] => new Command.Standby(),
        ["online", _] => new Command.Online(),
        ["switchover", _, var group] => new Command.Switchover(group),
        ["maintenance", _, "off"] => new Command.Maintenance(null),
        ["maintenance", _, var seconds] when int.TryParse(seconds, CultureInfo.InvariantCulture, out var span) =>
            new Command.Maintenance(TimeSpan.FromSeconds(span)),
        ["restart", _, var group, var resource] => new Command.RestartResource(group, resource),
        ["cleanup", _, var group] => new Command.Cleanup(group, null),
        ["cleanup", _, var group, var resource] => new Command.Cleanup(group, resource),
        ["stop", _] => new Command.Stop(false),
        ["stop", _, "keep"] => new Command.Stop(true),
        _ => null,
    };
}
