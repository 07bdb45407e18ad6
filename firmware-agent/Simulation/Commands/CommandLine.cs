using System.Globalization;
using Appliance.Core.Cluster;
using Appliance.Simulation.Machines;
using Appliance.Simulation.Network;

namespace Appliance.Simulation.Commands;

/// <summary>
/// The language of faults and orders, one command a line; a plan, a story and a person use the same. Nodes are <c>a</c> and <c>b</c>.
/// <code>
/// power-on a | power-off a | reset a | crash-agent a | start-agent a | pause a | continue a | suspend a [still] | resume a | clock-step
/// a SECONDS
/// cut LINK [a|b] | join LINK | port a off|deaf|mute|silent|on | quality LINK good|lossy|slow|twice|garbled|bad | reference N down|up |
/// witness down|up
/// disk a slow|errors|corrupt|fine | die a GROUP RESOURCE | break a GROUP RESOURCE DEFECT | mend a GROUP RESOURCE
/// standby a | online a | switchover a GROUP | maintenance a SECONDS|off | restart a GROUP RESOURCE | cleanup a GROUP [RESOURCE] | stop a
/// [keep]
/// fence a none|fails|slow|hangs (the device that switches a off)
/// replica cut|join (its own cable; the agents go on hearing each other)
/// replay a LINK | babble a LINK | data a GROUP STANDING | heal
/// </code>
/// </summary>
public static class CommandLine
{
    /// <summary>Null when it was done; else why not.</summary>
    public static string? Do(World world, string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        world.Oracle.Disturbed(words);
        if (words is ["heal"])
        {
            world.Heal();
            return null;
        }

        if (words is ["witness", "down" or "up"])
        {
            if (words[1] == "up") world.Witness.PowerOn();
            else world.Witness.PowerOff();
            return null;
        }

        if (words is ["replica", "cut" or "join"] && world.Replica is { } replica)
        {
            replica.IsCut = words[1] == "cut";
            return null;
        }

        if (words.Length < 2) return $"not understood: {line}";
        var done = words[0] is "cut" or "join" or "quality" or "reference" ? Wires.Do(world, words) : OnMachine(world, words);
        return done ? null : $"not understood: {line}";
    }

    private static bool OnMachine(World world, string[] words)
    {
        var number = words[1] switch { "a" => 0, "b" => 1, _ => -1 };
        if (number < 0) return false;
        var machine = world.Machines[number];
        if (words is ["fence", _, var defect] && Enum.TryParse<FenceDefect>(defect, ignoreCase: true, out var wrong))
        {
            world.Fences[number].Defect = wrong;
            return true;
        }

        return Power(machine, words)
            || Wires.AtPort(world, machine, words)
            || Storage(machine, words)
            || Resources(world, machine, words)
            || Orders.Do(world, machine, words);
    }

    private static bool Power(Machine machine, string[] words)
    {
        switch (words)
        {
            case ["power-on", _]: machine.PowerOn(); return true;
            case ["power-off", _]: machine.PowerOff("power cut"); return true;
            case ["reset", _]: machine.Reset("the machine is reset"); return true;
            case ["crash-agent", _]: machine.CrashAgent(restarts: true); return true;
            case ["kill-agent", _]: machine.CrashAgent(restarts: false); return true;
            case ["start-agent", _]: machine.StartAgent(); return true;
            case ["pause", _]: machine.Agent?.Stop(); return true;
            case ["continue", _]: machine.Agent?.Continue(); return true;
            case ["suspend", _]: machine.Suspend(SuspendedClock.Runs); return true;
            case ["suspend", _, "still"]: machine.Suspend(SuspendedClock.StandsStill); return true;
            case ["resume", _]: machine.Resume(); return true;
            case ["clock-step", _, var seconds] when long.TryParse(seconds, CultureInfo.InvariantCulture, out var step):
                machine.WallOffset += step;
                return true;
            default: return false;
        }
    }

    private static bool Storage(Machine machine, string[] words)
    {
        switch (words)
        {
            case ["disk", _, "slow"]: machine.Disk.Slow = TimeSpan.FromMilliseconds(700); return true;
            case ["disk", _, "errors"]: machine.Disk.WriteError = "No space left on device"; return true;
            case ["disk", _, "corrupt"]: machine.Disk.Problem = "its checksum is wrong"; return true;
            case ["disk", _, "fine"]: (machine.Disk.Slow, machine.Disk.WriteError) = (TimeSpan.Zero, ""); return true;
            default: return false;
        }
    }

    private static bool Resources(World world, Machine machine, string[] words)
    {
        if (words is not [var verb and ("die" or "break" or "mend"), _, var group, var name, ..]) return false;
        var number = Orders.Group(world, group);
        if (number < 0 || machine.Services.Of(number).FirstOrDefault(service => service.Name == name) is not { } service) return false;
        switch (verb)
        {
            case "die": machine.Services.Die(service, "dies"); return true;
            case "mend": service.Defect = Defect.None; return true;
            default:
                if (words.Length != 5 || !TryDefect(words[4], out var defect)) return false;
                service.Defect = defect;
                world.Oracle.Broken(machine, service);
                if (defect == Defect.Dies) machine.Services.Die(service, "dies");
                return true;
        }
    }

    private static bool TryDefect(string word, out Defect defect) =>
        Enum.TryParse(word.Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out defect);
}
