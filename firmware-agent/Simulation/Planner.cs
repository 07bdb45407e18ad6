namespace Appliance.Simulation;

/// <summary>Invents faults: each begins at some moment, most end before the end of the mischief, and they overlap as they like.</summary>
internal sealed class Planner(Dice dice, Site site, TimeSpan mischief)
{
    private static readonly string[] Defects = ["slow", "start-fails", "impossible", "start-hangs", "stop-fails", "stop-hangs",
        "unkillable", "unkillable", "dies"];
    private readonly List<(TimeSpan At, string Command)> _commands = [];

    public IReadOnlyList<(TimeSpan At, string Command)> Make()
    {
        Boot();
        var count = dice.Between(1, 7);
        for (var fault = 0; fault < count; fault++) Invent(Moment());
        if (!site.Config.Replicas.IsEmpty) Data(Moment());
        return [.. _commands.Select((entry, index) => (entry, index)).OrderBy(pair => pair.entry.At).ThenBy(pair => pair.index).Select(
            pair => pair.entry)];
    }

    private void Boot()
    {
        var first = dice.Below(2);
        Add(TimeSpan.Zero, $"power-on {Name(first)}");
        var later = dice.Below(
            4) switch { 0 => TimeSpan.Zero, 1 => Span(0, 3), 2 => Span(3, 30), _ => TimeSpan.FromMilliseconds(dice.Below(500)) };
        Add(later, $"power-on {Name(1 - first)}");
        if (!dice.Chance(0.15)) return;
        foreach (var node in new[] { "a", "b" }) Add(TimeSpan.Zero, $"data {node} pbx UpToDate");
    }

    private void Invent(TimeSpan at)
    {
        switch (dice.Below(16))
        {
            case 0: Power(at); break;
            case 1: Agent(at); break;
            case 2: Pause(at); break;
            case 3 or 4: Wire(at); break;
            case 5 or 6: Partition(at); break;
            case 7: Port(at); break;
            case 8: Reference(at); break;
            case 9: Disk(at); break;
            case 10 or 11: Resource(at); break;
            case 12 or 13: Order(at); break;
            case 14: Attack(at); break;
            default: Data(at); break;
        }
    }

    private void Power(TimeSpan at)
    {
        var node = Node();
        if (dice.Chance(0.3)) Add(at, $"reset {node}");
        else During(at, $"power-off {node}", $"power-on {node}", 1, 30);
        if (dice.Chance(0.2)) Add(at + Span(0, 2), $"power-off {Node()}");
        if (dice.Chance(0.2)) Add(at, $"clock-step {node} {dice.Between(-90_000, 90_000)}");
    }

    private void Agent(TimeSpan at)
    {
        var node = Node();
        switch (dice.Below(3))
        {
            case 0: Add(at, $"crash-agent {node}"); break;
            case 1: During(at, $"kill-agent {node}", $"start-agent {node}", 0, 15); break;
            default: During(at, $"stop {node}", $"start-agent {node}", 2, 20); break;
        }
    }

    private void Pause(TimeSpan at)
    {
        var node = Node();
        var (begin, end) = dice.Below(
            3) switch { 0 => ("pause {0}", "continue {0}"), 1 => ("suspend {0}", "resume {0}"), _ => ("suspend {0} still", "resume {0}") };
        During(at, begin.Replace("{0}", node, StringComparison.Ordinal), end.Replace("{0}", node, StringComparison.Ordinal), 0, 12);
    }

    private void Wire(TimeSpan at)
    {
        var link = dice.Pick(site.Config.Links).Name;
        if (dice.Chance(0.4))
            During(at, $"quality {link} {dice.Pick(["lossy", "slow", "twice", "garbled", "bad"])}", $"quality {link} good", 1, 30);
        else During(at, $"cut {link}{dice.Pick(["", " a", " b"])}", $"join {link}", 0, 30);
    }

    /// <summary>All links at once, with or without the LAN itself.</summary>
    private void Partition(TimeSpan at)
    {
        var side = dice.Pick(["", " a", " b"]);
        var length = Span(0, 25);
        foreach (var link in site.Config.Links)
        {
            Add(at, $"cut {link.Name}{side}");
            Add(at + length, $"join {link.Name}");
        }

        if (dice.Chance(0.5)) Port(at);
        if (dice.Chance(0.3)) Agent(at + Span(0, 3));
    }

    private void Port(TimeSpan at)
    {
        var node = Node();
        During(at, $"port {node} {dice.Pick(["off", "silent", "mute", "deaf"])}", $"port {node} on", 0, 25);
    }

    private void Reference(TimeSpan at)
    {
        if (site.Config.Witness is not null && dice.Chance(0.6))
        {
            During(at, "witness down", "witness up", 0, 25);
            return;
        }

        if (site.Config.Pings.IsEmpty) return;
        var reference = dice.Below(site.Config.Pings.Length);
        During(at, $"reference {reference} down", $"reference {reference} up", 0, 25);
    }

    private void Disk(TimeSpan at)
    {
        var node = Node();
        if (dice.Chance(0.1)) Add(at, $"disk {node} corrupt");
        else During(at, $"disk {node} {dice.Pick(["slow", "errors"])}", $"disk {node} fine", 1, 25);
    }

    private void Resource(TimeSpan at)
    {
        var (group, resource) = Any();
        var node = Node();
        if (dice.Chance(0.3)) Add(at, $"die {node} {group} {resource}");
        else During(at, $"break {node} {group} {resource} {dice.Pick(Defects)}", $"mend {node} {group} {resource}", 2, 40);
        if (dice.Chance(0.3)) Add(at + Span(0, 3), $"die {node} {group} {resource}");
        if (dice.Chance(0.5)) Add(at + Span(0, 3), dice.Chance(0.7) ? $"switchover {node} {group}" : $"restart {node} {group} {resource}");
    }

    private void Order(TimeSpan at)
    {
        var node = Node();
        var (group, resource) = Any();
        switch (dice.Below(6))
        {
            case 0: During(at, $"standby {node}", $"online {node}", 1, 25); break;
            case 1 or 2: Add(at, $"switchover {node} {group}"); break;
            case 3: Add(at, $"maintenance {node} {dice.Between(1, 20)}"); break;
            case 4: Add(at, $"restart {node} {group} {resource}"); break;
            default: Add(at, $"cleanup {node} {group}"); break;
        }
    }

    private void Attack(TimeSpan at)
    {
        for (var wave = 0; wave < 4; wave++)
            Add(
                at + TimeSpan.FromSeconds(wave),
                    $"{dice.Pick(["replay", "replay", "babble"])} {Node()} {dice.Pick(site.Config.Links).Name}");
    }

    private void Data(TimeSpan at)
    {
        if (!site.Config.Replicas.IsEmpty)
        {
            During(at, "replica cut", "replica join", 2, 30);
            if (dice.Chance(0.6)) Power(at + Span(1, 12));
            return;
        }

        var node = Node();
        During(at, $"data {node} pbx {dice.Pick(["Consistent", "Outdated", "Inconsistent"])}", $"data {node} pbx UpToDate", 2, 30);
    }

    private void During(TimeSpan at, string begin, string end, int secondsMin, int secondsMax)
    {
        Add(at, begin);
        Add(at + Span(secondsMin, secondsMax), end);
    }

    private void Add(TimeSpan at, string command)
    {
        if (at <= mischief) _commands.Add((at, command));
    }

    private (string Group, string Resource) Any()
    {
        var group = dice.Pick(site.Config.Groups);
        return (group.Name, dice.Pick(group.Resources).Name);
    }

    private TimeSpan Moment() => TimeSpan.FromMilliseconds(dice.Between(3000, (int)mischief.TotalMilliseconds));

    private TimeSpan Span(int secondsMin, int secondsMax) =>
        dice.Between(TimeSpan.FromSeconds(secondsMin), TimeSpan.FromSeconds(secondsMax));

    private string Node() => Name(dice.Below(2));

    private static string Name(int node) => node == 0 ? "a" : "b";
}
