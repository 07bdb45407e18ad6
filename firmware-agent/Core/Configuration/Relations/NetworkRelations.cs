using System.Collections.Immutable;
using Appliance.Core.Configuration.Schema;

namespace Appliance.Core.Configuration.Relations;

/// <summary>Each interface for itself: one way to an address, routers that can be reached, no address or card twice.</summary>
internal static class NetworkRelations
{
    public static readonly string[] PerNodeKeys = ["mac", "address", "ipv6-address"];

    public static void Check(Section root, Findings findings)
    {
        if (!root.Has("network", out Section network)) return;
        var interfaces = network.Sections("interface");
        if (interfaces.IsEmpty && network.IsWritten("interface"))
            findings.Error(network.Place("interface"), "network.interface", "there is none; expected at least one [[network.interface]]");
        Unique.Check(interfaces, "name", "the interface", findings);
        var taken = new Dictionary<string, Section>(StringComparer.Ordinal);
        foreach (var one in interfaces)
        {
            Card(one, taken, findings);
            VlanOf(one, interfaces, taken, findings);
            IPv4(one, findings);
            IPv6(one, findings);
            Addresses(one, taken, findings);
        }

        DefaultRoutes(interfaces, "gateway", findings);
        DefaultRoutes(interfaces, "ipv6-gateway", findings);
        NetworkUse.Check(root, interfaces, findings);
    }

    private static void Card(Section one, Dictionary<string, Section> taken, Findings findings)
    {
        if (!one.Has("mac", out ImmutableArray<NodeValue> macs)) return;
        if (one.IsWritten("vlan"))
            findings.Error(one.Place("mac"), one.PathOf("mac"), "a VLAN has no card of its own; leave one of them out");
        if (one.Has("name", out string name) && IsKernelName(name))
            findings.Error(one.Place("name"), one.PathOf("name"),
                $"{name} is a name that the kernel gives as it likes; with mac = … expected one of your own, for example \"lan0\"");
        foreach (var mac in macs)
            if (!taken.TryAdd((string)mac.Value, one))
                findings.Error(mac.At, $"{one.PathOf("mac")}.{mac.Node}", $"{mac.Value} is already used; expected each card once");
    }

    private static bool IsKernelName(string name)
    {
        foreach (var stem in new[] { "eth", "wlan", "usb" })
            if (name.Length > stem.Length && name.StartsWith(stem, StringComparison.Ordinal) && char.IsAsciiDigit(name[stem.Length]))
                return true;
        return false;
    }

    private static void VlanOf(Section one, ImmutableArray<Section> all, Dictionary<string, Section> taken, Findings findings)
    {
        if (!one.Has("vlan", out Section vlan) || !vlan.Has("on", out string on)) return;
        var below = all.FirstOrDefault(other => other.Name == on);
        if (below is null)
            findings.Error(vlan.Place("on"), vlan.PathOf("on"), $"there is no [[network.interface]] {Words.Quoted(on)}; add one");
        else if (below.IsWritten("vlan"))
            findings.Error(vlan.Place("on"), vlan.PathOf("on"), $"{on} is a VLAN itself; expected a network card");
        else if (one.Has("mtu", out int own) && below.Has("mtu", out int most) && own > most)
            findings.Error(one.Place("mtu"), one.PathOf("mtu"), $"{own} is more than {on} carries ({most})");
        if (vlan.Has("id", out int id) && !taken.TryAdd($"{on} {id}", one))
            findings.Error(vlan.Place("id"), vlan.PathOf("id"), $"VLAN {id} on {on} is already there; expected a different number");
    }

    private static void IPv4(Section one, Findings findings)
    {
        Family(one, "address", isIPv6: false, findings);
        if (one.IsWritten("address") && one.Has("dhcp", out bool dhcp) && dhcp)
            findings.Error(one.Place("dhcp"), one.PathOf("dhcp"), "found address and dhcp = true; expected one of them");
        Router(one, "gateway", "address", isIPv6: false, findings);
    }

    private static void IPv6(Section one, Findings findings)
    {
        Family(one, "ipv6-address", isIPv6: true, findings);
        Router(one, "ipv6-gateway", "ipv6-address", isIPv6: true, findings);
        if (!one.Has("ipv6", out string mode)) return;
        if (mode == "off" && one.IsWritten("ipv6-address"))
            findings.Error(one.Place("ipv6-address"), one.PathOf("ipv6-address"),
                "has no effect with ipv6 = \"off\"; write ipv6 = \"static\"");
        if (mode == "static" && !one.IsWritten("ipv6-address"))
            findings.Error(one.Place("ipv6"), one.PathOf("ipv6"), "\"static\" needs ipv6-address = { … }");
        if (mode != "off" && one.Has("mtu", out int mtu) && mtu < 1280)
            findings.Error(one.Place("mtu"), one.PathOf("mtu"), $"{mtu} is less than IPv6 needs (1280, RFC 8200)");
    }

    private static void Family(Section one, string key, bool isIPv6, Findings findings)
    {
        if (!one.Has(key, out ImmutableArray<NodeValue> values)) return;
        foreach (var value in values)
            if (NumericAddress.IsIPv6(((Prefix)value.Value).Address) != isIPv6)
                findings.Error(value.At, $"{one.PathOf(key)}.{value.Node}",
                    $"{((Prefix)value.Value).Address} is an address of IPv{(isIPv6 ? 4 : 6)}; expected IPv{(isIPv6 ? 6 : 4)}");
    }

    private static void Router(Section one, string key, string addressKey, bool isIPv6, Findings findings)
    {
        if (!one.Has(key, out string gateway)) return;
        if (NumericAddress.IsIPv6(gateway) != isIPv6)
            findings.Error(one.Place(key), one.PathOf(key),
                $"{gateway} is an address of IPv{(isIPv6 ? 4 : 6)}; expected IPv{(isIPv6 ? 6 : 4)}");
        else if (!one.Has(addressKey, out ImmutableArray<NodeValue> values))
            findings.Error(one.Place(key), one.PathOf(key),
                $"has no effect without {addressKey}; routers of others come with their addresses");
        else
            foreach (var value in values) Reached(one, key, gateway, (Prefix)value.Value, value.Node, findings);
    }

    private static void Reached(Section one, string key, string gateway, Prefix own, string node, Findings findings)
    {
        if (gateway == own.Address)
            findings.Error(one.Place(key), one.PathOf(key), $"{gateway} is node {Words.Quoted(node)} itself; expected the router");
        else if (!NumericAddress.IsIn(gateway, own) && !(NumericAddress.IsIPv6(gateway) && IsLinkLocal(gateway)))
            findings.Error(one.Place(key), one.PathOf(key),
                $"{gateway} is not in the network of node {Words.Quoted(node)} ({NetworkText.Of(own)}), so it cannot be reached");
    }

    private static bool IsLinkLocal(string canonical) => NumericAddress.IsIn(canonical, new Prefix("fe80::", 10));

    private static void Addresses(Section one, Dictionary<string, Section> taken, Findings findings)
    {
        foreach (var key in new[] { "address", "ipv6-address" })
        {
            if (!one.Has(key, out ImmutableArray<NodeValue> values)) continue;
            foreach (var value in values)
            {
                var address = ((Prefix)value.Value).Address;
                if (!taken.TryAdd(address, one))
                    findings.Error(value.At, $"{one.PathOf(key)}.{value.Node}",
                        $"{address} is already used in [network]; expected an address of its own for each node and interface");
            }

            if (values.Length == Limits.Nodes && values[0].Value is Prefix first && values[1].Value is Prefix second
                && (first.PrefixLength != second.PrefixLength || !NumericAddress.IsIn(second.Address, first)))
                findings.Warning(values[1].At, $"{one.PathOf(key)}.{values[1].Node}",
                    $"{NetworkText.Of(second)} and {NetworkText.Of(first)} are different networks: the nodes do not reach each other here");
        }
    }

    private static void DefaultRoutes(ImmutableArray<Section> interfaces, string key, Findings findings)
    {
        Section? first = null;
        foreach (var one in interfaces)
        {
            if (!one.IsWritten(key)) continue;
            if (first is not null)
                findings.Error(one.Place(key), one.PathOf(key),
                    $"there is a {key} in line {first.Place(key).Line} already; expected one way out of the LAN");
            first ??= one;
        }
    }
}
