using System.Collections.Immutable;

namespace Appliance.Core.Configuration;

/// <summary>What a configuration cannot protect from, in words. The rules behind it: docs/CLUSTER.md.</summary>
public static class Assessment
{
    /// <summary>Faults at the same moment that make both nodes serve. Empty when a witness decides.</summary>
    public static ImmutableArray<string> DoubleFaults(ApplianceConfig config)
    {
        if (config.Heartbeat.LinuxHa) return [AsHeartbeat(config)];
        var sentences = ImmutableArray.CreateBuilder<string>();
        if (Silence(config) is { } silence) sentences.Add(silence);
        foreach (var group in config.Groups.Where(group => !group.Resources.Any(resource => resource.What is ResourceKind.Ip)))
            if (Unasked(config, group) is { } unasked) sentences.Add(unasked);
        if (config.Policy.OnIsolation == IsolationPolicy.Stay)
            sentences.Add("on-isolation = \"stay\": a serving node that loses the LAN and every link goes on serving, and the other one "
                + $"takes over {(IsFenced(config) ? $"when a fence device ({Fences(config)}) has switched it off" : "beside it")}; "
                + "\"release\" stops it.");
        if (HalfFenced(config) is { } half) sentences.Add(half);
        if (Fracture(config) is { } fracture) sentences.Add(fracture);
        return sentences.ToImmutable();
    }

    /// <summary>What a pair with a Heartbeat in it cannot do better.</summary>
    private static string AsHeartbeat(ApplianceConfig config) =>
        $"The pair decides as Heartbeat does: when {Listed(Media(config))} {(Media(config).Length == 1 ? "fails" : "fail")}, each node "
            + "takes the other for dead and both serve"
            + (config.Pings.IsEmpty ? ". Add [[ping]] (the router): a node of ours that is cut off does not." : ", except a node of ours "
                + "that reaches no ping reference.")
            + " Take heartbeat.compat out when both nodes run this agent.";

    /// <summary>Each node can be switched off by a device.</summary>
    private static bool IsFenced(ApplianceConfig config) =>
        config.Fences.Any(fence => fence.Node == 0) && config.Fences.Any(fence => fence.Node == 1);

    private static string Fences(ApplianceConfig config) => string.Join(", ", config.Fences.Select(fence => fence.Name));

    /// <summary>What becomes of two nodes that take each other for dead.</summary>
    private static string Outcome(ApplianceConfig config) => IsFenced(config)
        ? $"has the other one switched off: the fence devices ({Fences(config)}) leave one serving, and without an answer of theirs "
            + "nobody takes over"
        : "both serve";

    /// <summary>A device for one node only protects from that one.</summary>
    private static string? HalfFenced(ApplianceConfig config)
    {
        if (config.Witness is not null || config.Fences.IsEmpty || IsFenced(config)) return null;
        var (fenced, other) = (config.Nodes[config.Fences[0].Node], config.Nodes[1 - config.Fences[0].Node]);
        return $"Only {fenced} has a fence device ({Fences(config)}): {fenced} takes over from {other} on suspicion alone, and "
            + $"may do so while {other} serves. Add a device for {other}.";
    }

    private static bool HasThirdVote(ApplianceConfig config) => !config.Pings.IsEmpty || config.Witness is not null;

    /// <summary>Without a third vote, silence and an unanswered question for the address are all the evidence there is.</summary>
    private static string? Silence(ApplianceConfig config)
    {
        if (HasThirdVote(config)) return null;
        var media = Media(config);
        var together = media.Length == 1 ? $"{media[0]} fails" : $"{Listed(media)} fail at the same moment";
        var faults = media.Length switch
        {
            1 => "This is a single fault. ",
            2 => "This is a double fault. ",
            _ => $"This takes {media.Length} faults. ",
        };
        return $"No ping reference and no witness: when {together}, each node takes the other for dead and {Outcome(config)}. {faults}"
            + "Add [[ping]] (the router) or [witness].";
    }

    /// <summary>A group without a service address has nothing that the LAN could be asked for.</summary>
    private static string? Unasked(ApplianceConfig config, GroupConfig group)
    {
        if (config.Witness is not null) return null;
        var links = config.Links.Select(Medium).Distinct().ToArray();
        return links.Length > 2
            ? null
            : $"Group \"{group.Name}\" has no ip resource, so a silent peer cannot be looked for on the LAN: when {Listed(links)} "
                + $"{(links.Length == 1 ? "fails" : "fail at the same moment")}, "
                + $"{(IsFenced(config) ? $"each node {Outcome(config)}" : "both nodes serve it")}. Add an ip resource, another "
                + "link or [witness].";
    }

    /// <summary>Ping references answer whoever reaches them: they do not choose between two nodes that both do.</summary>
    private static string? Fracture(ApplianceConfig config)
    {
        if (config.Witness is not null || config.Pings.IsEmpty) return null;
        var lan = LanInterfaces(config);
        var others = config.Links.Where(link => !IsOn(link, lan)).Select(Medium).Distinct().ToArray();
        if (others.Length > 1) return null;
        var with = others.Length == 0 ? "this alone is enough, because every link runs over the LAN"
            : $"together with the loss of {others[0]}, {(IsFenced(config) ? $"each node {Outcome(config)}" : "both serve")}";
        var seen = config.Pings.Length == 1 ? config.Pings[0].Address : "a ping reference";
        return $"A LAN that breaks between the nodes while each of them still sees {seen} (a switch that isolates ports, a loop that is "
            + $"blocked): {with}. "
            + $"Add {(others.Length == 0 ? "a serial or direct cable" : "one more link")} or [witness].";
    }

    /// <summary>What has to fail for silence and an unanswered question: the links' media and the LAN of the service addresses.</summary>
    private static string[] Media(ApplianceConfig config)
    {
        var lan = LanInterfaces(config);
        return [.. config.Links.Where(link => !IsOn(link, lan)).Select(Medium).Distinct(), .. lan.Select(device => $"the LAN on {device}")];
    }

    private static string[] LanInterfaces(ApplianceConfig config) =>
        [.. config.Groups.SelectMany(group => group.Resources).Select(resource => resource.What).OfType<ResourceKind.Ip>()
            .Select(ip => ip.Interface).Distinct()];

    private static bool IsOn(LinkConfig link, string[] interfaces) => InterfaceOf(link) is { } device && interfaces.Contains(device);

    private static string? InterfaceOf(LinkConfig link) => link switch
    {
        LinkConfig.Unicast unicast => unicast.Interface,
        LinkConfig.Multicast multicast => multicast.Interface,
        LinkConfig.Broadcast broadcast => broadcast.Interface,
        _ => null,
    };

    private static string Medium(LinkConfig link) =>
        link is LinkConfig.Serial serial ? $"the serial line {serial.Device}" : $"the network on {InterfaceOf(link)}";

    private static string Listed(string[] words) => words.Length == 1 ? words[0] : $"{string.Join(", ", words[..^1])} and {words[^1]}";
}
