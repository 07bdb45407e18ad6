using System.Collections.Immutable;
using Appliance.Core.Configuration.Schema;
using Appliance.Core.Toml;

namespace Appliance.Core.Configuration.Relations;

/// <summary>What the rest of the file wants of the interfaces: links, service addresses, replicas, bridges.</summary>
internal static class NetworkUse
{
    public static void Check(Section root, ImmutableArray<Section> interfaces, Findings findings)
    {
        if (root.Has("heartbeat", out Section heartbeat))
            foreach (var link in heartbeat.Sections("link")) Link(link, interfaces, findings);
        foreach (var group in root.Sections("group"))
        foreach (var resource in group.Sections("resource")) Resource(resource, interfaces, findings);
        foreach (var device in root.Sections("device")) Known(device, interfaces, findings);
        foreach (var replica in root.Sections("replica")) Replica(replica, interfaces, findings);
        foreach (var ping in root.Sections("ping")) Third(ping, interfaces, findings);
        if (root.Has("witness", out Section witness)) Third(witness, interfaces, findings);
    }

    /// <summary>The addresses that the file gives a node, with the interface and the place.</summary>
    private static IEnumerable<(Section Interface, NodeValue Value, Prefix Prefix)> Given(ImmutableArray<Section> interfaces)
    {
        foreach (var one in interfaces)
        foreach (var key in new[] { "address", "ipv6-address" })
        foreach (var value in one.Get(key, ImmutableArray<NodeValue>.Empty))
            yield return (one, value, (Prefix)value.Value);
    }

    private static Section? Known(Section user, ImmutableArray<Section> interfaces, Findings findings)
    {
        if (!user.Has("interface", out string name)) return null;
        foreach (var one in interfaces)
            if (one.Name == name) return one;
        findings.Error(user.Place("interface"), user.PathOf("interface"),
            $"there is no [[network.interface]] {Words.Quoted(name)}: nobody would bring it up; add one, or remove [network]");
        return null;
    }

    private static void Link(Section link, ImmutableArray<Section> interfaces, Findings findings)
    {
        if (Known(link, interfaces, findings) is not { } one) return;
        if (link.Has("broadcast", out bool broadcast) && broadcast && !HasIPv4(one))
            findings.Error(link.Place("broadcast"), link.PathOf("broadcast"),
                $"{one.Name} has no IPv4 address in [network] to broadcast from");
        foreach (var value in link.Get("address", ImmutableArray<NodeValue>.Empty))
            Fixed(value.Node, (string)value.Value, value.At, $"{link.PathOf("address")}.{value.Node}", [one], findings);
    }

    private static bool HasIPv4(Section one) => one.IsWritten("address") || one.Get("dhcp", false);

    /// <summary>The pair lives on these addresses, so they must be there whatever a DHCP server does.</summary>
    private static void Fixed(
        string node, string address, TomlPosition at, string path, ImmutableArray<Section> interfaces, Findings findings)
    {
        foreach (var (_, value, prefix) in Given(interfaces))
            if (value.Node == node && prefix.Address == address) return;
        findings.Error(at, path,
            $"[network] gives node {Words.Quoted(node)} no address {address}"
                + $"{(interfaces.Length == 1 ? $" on {interfaces[0].Name}" : "")}; the two must say the same");
    }

    private static void Replica(Section replica, ImmutableArray<Section> interfaces, Findings findings)
    {
        foreach (var value in replica.Get("address", ImmutableArray<NodeValue>.Empty))
            if (value.Value is Endpoint end)
                Fixed(value.Node, end.Address, value.At, $"{replica.PathOf("address")}.{value.Node}", interfaces, findings);
    }

    private static void Resource(Section resource, ImmutableArray<Section> interfaces, Findings findings)
    {
        var one = Known(resource, interfaces, findings);
        if (resource.Word != "ip" || !resource.Has("address", out Prefix service)) return;
        var isInside = false;
        foreach (var (where, value, prefix) in Given(interfaces))
        {
            if (prefix.Address == service.Address)
                findings.Error(resource.Place("address"), resource.PathOf("address"),
                    $"{service.Address} is the fixed address of node {Words.Quoted(value.Node)} on {where.Name}; a service address moves, "
                        + "expected a free one");
            isInside |= where == one && NumericAddress.IsIn(service.Address, prefix);
        }

        if (one is null) return;
        var isIPv6 = NumericAddress.IsIPv6(service.Address);
        if (isIPv6 && one.Get("ipv6", "off") == "off")
            findings.Error(resource.Place("address"), resource.PathOf("address"),
                $"{one.Name} has ipv6 = \"off\", so it cannot carry {service.Address}");
        else if (!isInside && one.IsWritten(isIPv6 ? "ipv6-address" : "address"))
            findings.Warning(resource.Place("address"), resource.PathOf("address"),
                $"{service.Address} is in no network that [network] gives {one.Name}");
    }

    private static void Third(Section section, ImmutableArray<Section> interfaces, Findings findings)
    {
        if (!section.Has("address", out string address)) return;
        foreach (var (where, value, prefix) in Given(interfaces))
            if (prefix.Address == address)
                findings.Error(section.Place("address"), section.PathOf("address"),
                    $"{address} is node {Words.Quoted(value.Node)} on {where.Name}; expected a third machine");
    }
}
