using System.Collections.Immutable;
using Appliance.Core.Configuration;

namespace Appliance.Simulation.WhatIf;

/// <summary>
/// Reads what should happen, in words, and makes the simulator's commands of it. Several sentences at the same moment are joined by
/// "and" or a comma.
/// <code>
/// NODE loses power | NODE loses INTERFACE | NODE loses LINK | NODE hangs | NODE is reset | NODE agent dies | NODE agent hangs
/// GROUP/RESOURCE dies on NODE | GROUP/RESOURCE fails on NODE | GROUP/RESOURCE hangs on NODE
/// link LINK is cut | reference ADDRESS is down | witness is down | replica is cut | fence for NODE fails
/// NODE standby | switchover GROUP
/// </code>
/// </summary>
public static class WhatIfSentence
{
    /// <summary>What can be said, for people.</summary>
    public const string Forms =
        "NODE loses power, NODE loses INTERFACE, NODE loses LINK, NODE hangs, NODE is reset, NODE agent dies, NODE agent hangs, "
        + "GROUP/RESOURCE dies on NODE (once), … fails on NODE (every start), … hangs on NODE (it will not stop), link LINK is cut, "
        + "reference ADDRESS is down, witness is down, replica is cut, fence for NODE fails, NODE standby, switchover GROUP; "
        + "several joined by \"and\"";

    private static readonly string[] Fillers = ["the", "is", "goes", "to", "its", "a"];

    /// <summary>Commands of <see cref="Commands.CommandLine"/>, or why it is not understood.</summary>
    public static ImmutableArray<string> Read(string text, ApplianceConfig config, out string problem)
    {
        problem = "";
        var commands = ImmutableArray.CreateBuilder<string>();
        foreach (var sentence in text.Replace(" and ", ",", StringComparison.Ordinal).Split(
            ',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var words = sentence.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(word => !Fillers.Contains(word)).ToArray();
            var made = One(words, config, out problem);
            if (problem.Length > 0) return [];
            commands.AddRange(made);
        }

        if (commands.Count == 0) problem = $"nothing happens; one can say: {Forms}";
        return commands.ToImmutable();
    }

    private static ImmutableArray<string> One(string[] words, ApplianceConfig config, out string problem)
    {
        problem = "";
        return words switch
        {
            ["link", var link, "cut"] => Link(link, config, out problem),
            ["reference", var address, "down"] => Reference(address, config, out problem),
            ["witness", "down"] => config.Witness is null ? Nothing("no witness is configured", out problem) : ["witness down"],
            ["replica", "cut"] => config.Replicas.IsEmpty ? Nothing("no replica is configured", out problem) : ["replica cut"],
            ["fence", "for", var node, "fails"] => Fence(node, config, out problem),
            ["switchover", var group] => Switchover(group, config, out problem),
            [var resource, "dies" or "fails" or "hangs", "on", var node] => Resource(resource, words[1], node, config, out problem),
            [var node, .. var deed] => Node(node, deed, config, out problem),
            _ => Nothing($"one can say: {Forms}", out problem),
        };
    }

    private static ImmutableArray<string> Node(string node, string[] deed, ApplianceConfig config, out string problem)
    {
        if (Letter(node, config, out problem) is not { } letter) return [];
        return deed switch
        {
            ["loses", "power"] => [$"power-off {letter}"],
            ["loses", var what] => Loses(letter, what, config, out problem),
            ["hangs"] => [$"suspend {letter}"],
            ["reset"] => [$"reset {letter}"],
            ["agent", "dies"] => [$"crash-agent {letter}"],
            ["agent", "hangs"] => [$"pause {letter}"],
            ["standby"] => [$"standby {letter}"],
            _ => Nothing($"\"{string.Join(' ', deed)}\" is not understood; one can say: {Forms}", out problem),
        };
    }

    /// <summary>A plug is pulled: of the LAN at this node's port, else the whole cable is out.</summary>
    private static ImmutableArray<string> Loses(string letter, string what, ApplianceConfig config, out string problem)
    {
        problem = "";
        var lan = WhatIfSite.LanInterfaces(config);
        var links = config.Links.Where(link => link.Name == what || WhatIfSite.InterfaceOf(link) == what).ToArray();
        if (lan.Contains(what) || links.Any(link => lan.Contains(WhatIfSite.InterfaceOf(link)))) return [$"port {letter} off"];
        if (links.Length > 0) return [.. links.Select(link => $"cut {link.Name}")];
        var known = lan.Concat(config.Links.Select(WhatIfSite.InterfaceOf)).Concat(config.Links.Select(link => link.Name)).Distinct();
        return Nothing($"there is no {what} in the configuration; there are power, {string.Join(", ", known)}", out problem);
    }

    private static ImmutableArray<string> Link(string name, ApplianceConfig config, out string problem)
    {
        problem = "";
        return config.Links.Any(link => link.Name == name) ? [$"cut {name}"]
            : Nothing($"there is no link {name}; links: {string.Join(", ", config.Links.Select(link => link.Name))}", out problem);
    }

    private static ImmutableArray<string> Reference(string address, ApplianceConfig config, out string problem)
    {
        problem = "";
        for (var number = 0; number < config.Pings.Length; number++)
            if (config.Pings[number].Address == address) return [$"reference {number} down"];
        return Nothing(config.Pings.IsEmpty ? "no ping reference is configured"
            : $"{address} is no ping reference; those are {string.Join(", ", config.Pings.Select(ping => ping.Address))}", out problem);
    }

    private static ImmutableArray<string> Fence(string node, ApplianceConfig config, out string problem)
    {
        if (Letter(node, config, out problem) is not { } letter) return [];
        return config.FencesOf(letter == "a" ? 0 : 1).Any() ? [$"fence {letter} fails"]
            : Nothing($"no fence device for {node} is configured", out problem);
    }

    private static ImmutableArray<string> Switchover(string group, ApplianceConfig config, out string problem)
    {
        problem = "";
        return config.Groups.Any(known => known.Name == group) ? [$"switchover a {group}"] : Nothing(NoGroup(group, config), out problem);
    }

    private static ImmutableArray<string> Resource(
        string path, string deed, string node, ApplianceConfig config, out string problem)
    {
        if (Letter(node, config, out problem) is not { } letter) return [];
        var parts = path.Split('/');
        // A name that only one group has needs no group.
        var found = config.Groups.SelectMany(group => group.Resources.Select(resource => (Group: group.Name, resource.Name)))
            .Where(one => one.Name == parts[^1] && (parts.Length == 1 || one.Group == parts[0])).ToArray();
        if (parts.Length > 2 || found.Length != 1)
            return Nothing(found.Length > 1 ? $"several groups have a {path}: say GROUP/{path}"
                : $"there is no resource {path}; there are " + string.Join(", ", config.Groups.SelectMany(group =>
                    group.Resources.Select(resource => $"{group.Name}/{resource.Name}"))), out problem);
        var target = $"{letter} {found[0].Group} {found[0].Name}";
        return deed switch
        {
            "dies" => [$"die {target}"],
            "fails" => [$"break {target} start-fails", $"die {target}"],
            _ => [$"break {target} unkillable"],
        };
    }

    private static string NoGroup(string group, ApplianceConfig config) =>
        $"there is no group {group}; groups: {string.Join(", ", config.Groups.Select(known => known.Name))}";

    private static string? Letter(string node, ApplianceConfig config, out string problem)
    {
        problem = "";
        var number = config.Nodes.IndexOf(node);
        if (number >= 0) return number == 0 ? "a" : "b";
        problem = $"there is no node {node}; nodes: {string.Join(", ", config.Nodes)}. One can say: {Forms}";
        return null;
    }

    private static ImmutableArray<string> Nothing(string why, out string problem)
    {
        problem = why;
        return [];
    }
}
