using System.Globalization;
using Appliance.Simulation.Machines;
using Appliance.Simulation.Network;

namespace Appliance.Simulation.Commands;

/// <summary>Faults of links, switch ports and references.</summary>
internal static class Wires
{
    public static bool Do(World world, string[] words)
    {
        if (words is ["reference", var digit, "down" or "up"])
        {
            if (!int.TryParse(digit, CultureInfo.InvariantCulture, out var reference) || reference is < 0 or >= Core.Limits.PingsMax)
                return false;
            world.Lan.Reference[reference] = words[2] == "up";
            return true;
        }

        var number = Find(world, words[1]);
        if (number < 0) return false;
        var link = world.Links[number];
        switch (words)
        {
            case ["cut", _]: Cut(world, number, true, true); return true;
            case ["cut", _, "a"]: Cut(world, number, true, link.IsCut(1)); return true;
            case ["cut", _, "b"]: Cut(world, number, link.IsCut(0), true); return true;
            case ["join", _]: Cut(world, number, false, false); return true;
            case ["quality", _, var word] when Of(word) is { } quality: link.Quality = quality; return true;
            default: return false;
        }
    }

    /// <summary>
    /// off: unplugged; silent: nothing passes although the carrier stays; mute: only what the node sends is lost; deaf: what it should
    /// hear.
    /// </summary>
    public static bool AtPort(World world, Machine machine, string[] words)
    {
        if (words is not ["port", _, var word]) return false;
        var node = machine.Number;
        switch (word)
        {
            case "off" or "silent": world.Lan.Set(node, false, false); break;
            case "mute": world.Lan.Set(node, false, true); break;
            case "deaf": world.Lan.Set(node, true, false); break;
            case "on": world.Lan.Set(node, true, true); break;
            default: return false;
        }

        world.Lan.Carrier[node] = word != "off";
        TellCarrier(world);
        return true;
    }

    public static int Find(World world, string name)
    {
        for (var number = 0; number < world.Links.Count; number++)
        {
            if (world.Links[number].Name == name) return number;
        }

        return -1;
    }

    private static void Cut(World world, int number, bool fromA, bool fromB)
    {
        world.Links[number].Cut(0, fromA);
        world.Links[number].Cut(1, fromB);
        TellCarrier(world);
    }

    private static void TellCarrier(World world)
    {
        for (var link = 0; link < world.Links.Count; link++)
        {
            foreach (var machine in world.Machines) world.TellCarrier(machine, link);
        }
    }

    private static Quality? Of(string word) => word switch
    {
        "good" => Quality.Good,
        "lossy" => Quality.Good with { Loss = 0.02 },
        "bad" => Quality.Good with { Loss = 0.6, Delay = TimeSpan.FromMilliseconds(200) },
        "slow" => Quality.Good with { Delay = TimeSpan.FromMilliseconds(50) },
        "twice" => Quality.Good with { Twice = 0.3, Delay = TimeSpan.FromMilliseconds(50) },
        "garbled" => Quality.Good with { Garbled = 0.02 },
        _ => null,
    };
}
