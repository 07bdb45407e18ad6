using System.Collections.Immutable;
using Appliance.Core.Configuration;

namespace Appliance.Simulation.WhatIf;

/// <summary>The installation that a configuration file describes, as far as the file says what is plugged where.</summary>
public static class WhatIfSite
{
    /// <summary>From power on to the start of the agent: a small headless machine. Only how soon a node is back depends on it.</summary>
    private static readonly TimeSpan BootTime = TimeSpan.FromSeconds(40);

    /// <summary>Null, and why not.</summary>
    public static Site? Of(ApplianceConfig config, out string problem)
    {
        problem = config.Groups.Count(group => config.ReplicaOf(group) is not null) > 1
            ? "two groups have a replica: what-if plays one"
            : config.Heartbeat.LinuxHa ? "heartbeat.compat is set: what-if plays two nodes that speak our own protocol; take it out "
                + "of a copy of the file to see the pair as it will be" : "";
        if (problem.Length > 0) return null;
        var lan = LanInterfaces(config);
        return new Site(config, [.. config.Links.Select(link => MediumOf(link, lan))], BootTime, Chance: false);
    }

    /// <summary>Where users are: the interfaces of the service addresses; without any, those of links that need a switch.</summary>
    public static ImmutableArray<string> LanInterfaces(ApplianceConfig config)
    {
        ImmutableArray<string> served = [.. config.Groups.SelectMany(group => group.Resources).Select(resource => resource.What)
            .OfType<ResourceKind.Ip>().Select(ip => ip.Interface).Distinct()];
        return !served.IsEmpty ? served
            : [.. config.Links.Where(link => link is LinkConfig.Multicast or LinkConfig.Broadcast).Select(InterfaceOf).Distinct()];
    }

    /// <summary>Interface or serial device of a link.</summary>
    public static string InterfaceOf(LinkConfig link) => link switch
    {
        LinkConfig.Unicast unicast => unicast.Interface,
        LinkConfig.Multicast multicast => multicast.Interface,
        LinkConfig.Broadcast broadcast => broadcast.Interface,
        LinkConfig.Serial serial => serial.Device,
        _ => throw new Core.InvariantException($"nobody knows where {link} is plugged"),
    };

    private static Medium MediumOf(LinkConfig link, ImmutableArray<string> lan) =>
        link is LinkConfig.Serial ? Medium.Serial : lan.Contains(InterfaceOf(link)) ? Medium.Lan : Medium.Cable;
}
