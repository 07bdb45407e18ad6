using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Appliance.Core.Configuration;
using Appliance.Core.Configuration.Schema;
using Appliance.Core.Update;

namespace Appliance.Core.Firewall;

/// <summary>
/// The rules of one node as one transaction for <c>nft --file</c>: the table of ours is made anew, nobody else's is touched. Pure.
/// What is written nowhere is dropped; what the pair itself needs is derived from the rest of the configuration.
/// </summary>
public static class Ruleset
{
    /// <summary>Family and name of the table.</summary>
    public const string Table = "inet appliance";

    /// <summary>UDP port of a foneBRIDGE2.</summary>
    private const int BridgePort = 1024;

    /// <summary>Takes the table away, if there is one.</summary>
    public const string Removal = "table " + Table + "\ndelete table " + Table + "\n";

    /// <summary>The transaction; empty without <c>[firewall]</c>.</summary>
    /// <param name="node">0 or 1.</param>
    public static string Of(ApplianceConfig config, int node)
    {
        if (config.Firewall is not { } firewall) return "";
        var text = new StringBuilder("# Made by appliance network apply from appliance.toml; changes here are lost.\n");
        text.Append(Removal).Append("table ").Append(Table).Append(" {\n");
        Untracked(text, config, node);
        text.Append("    chain input {\n        type filter hook input priority filter; policy drop;\n");
        Line(text, "iifname \"lo\" accept");
        Pair(text, config, node);
        Line(text, "ct state established,related accept");
        Line(text, "ct state invalid drop");
        Strangers(text, config);
        Control(text, config);
        text.Append("        # What is open.\n");
        var cables = Cables(config);
        foreach (var open in firewall.Open) Opening(text, open, cables);
        Line(text, "counter comment \"dropped\"");
        return text.Append("    }\n}\n").ToString();
    }

    /// <summary>Heartbeats are kept out of the connection table: it may be full of telephone calls.</summary>
    private static void Untracked(StringBuilder text, ApplianceConfig config, int node)
    {
        text.Append("    chain heartbeat_in {\n        type filter hook prerouting priority raw; policy accept;\n");
        foreach (var match in Heard(config, node)) Line(text, match + " notrack");
        text.Append("    }\n    chain heartbeat_out {\n        type filter hook output priority raw; policy accept;\n");
        foreach (var link in config.Links)
            if (Spoken(link, node) is { } match) Line(text, match + " notrack");
        text.Append("    }\n");
    }

    /// <summary>What the nodes say to one another, only where it belongs.</summary>
    private static void Pair(StringBuilder text, ApplianceConfig config, int node)
    {
        text.Append("        # Heartbeats, the copy of the data, orders about updates, questions about incidents.\n");
        foreach (var match in Heard(config, node)) Line(text, match + " accept");
        foreach (var name in Groups(config)) Line(text, $"iifname \"{name}\" meta l4proto igmp accept");
        foreach (var replica in config.Replicas)
        {
            var (own, peer) = (replica.Addresses[node], replica.Addresses[1 - node]);
            var where = InterfaceOf(config, node, own.Address);
            var family = Family(own.Address);
            Line(text, string.Create(CultureInfo.InvariantCulture,
                $"{(where.Length > 0 ? $"iifname \"{where}\" " : "")}{family} saddr {peer.Address} {family} daddr {own.Address} "
                    + $"tcp dport {own.Port} accept"));
        }

        if (PairLink.Of(config) is { } cable)
            Line(text, string.Create(CultureInfo.InvariantCulture,
                $"iifname \"{cable.Interface}\" {Family(cable.Addresses[node])} saddr {cable.Addresses[1 - node]} "
                    + $"{Family(cable.Addresses[node])} daddr {cable.Addresses[node]} "
                    + $"tcp dport {{ {PairLink.Port}, {PairLink.IncidentPort} }} accept"));
        foreach (var device in config.Devices)
            if (device is LineDeviceConfig.FoneBridge bridge)
                Line(text, string.Create(CultureInfo.InvariantCulture, $"iifname \"{bridge.Interface}\" {Family(bridge.Address)} saddr "
                    + $"{bridge.Address} udp sport {BridgePort} accept"));
    }

    /// <summary>On an interface that <c>[network]</c> does not name nothing is open, whatever is said below.</summary>
    private static void Strangers(StringBuilder text, ApplianceConfig config)
    {
        if (config.Network is not { } network) return;
        var names = new List<string>();
        foreach (var one in network.Interfaces) names.Add(one.Name);
        Line(text, $"iifname != {Set(names)} counter drop comment \"not in [network]\"");
    }

    /// <summary>Without these an address cannot be had, kept or found.</summary>
    private static void Control(StringBuilder text, ApplianceConfig config)
    {
        text.Append("        # Errors, questions who is there, addresses from servers and routers.\n");
        Line(text, "icmp type { destination-unreachable, echo-request, time-exceeded, parameter-problem } accept");
        Line(text, "icmpv6 type { destination-unreachable, packet-too-big, time-exceeded, parameter-problem, echo-request, "
            + "mld-listener-query, nd-neighbor-solicit, nd-neighbor-advert } accept");
        if (config.Network is not { } network) return;
        foreach (var one in network.Interfaces)
        {
            if (one.Dhcp) Line(text, $"iifname \"{one.Name}\" udp sport 67 udp dport 68 accept");
            if (one.IPv6 != IPv6Mode.Slaac) continue;
            Line(text, $"iifname \"{one.Name}\" icmpv6 type nd-router-advert accept");
            Line(text, $"iifname \"{one.Name}\" ip6 saddr fe80::/10 udp sport 547 udp dport 546 accept");
        }
    }

    /// <summary>Matches for the heartbeats of the other node, as narrow as the file allows.</summary>
    private static IEnumerable<string> Heard(ApplianceConfig config, int node)
    {
        foreach (var link in config.Links)
        {
            switch (link)
            {
                case LinkConfig.Unicast one:
                    var family = Family(one.Addresses[node]);
                    yield return string.Create(CultureInfo.InvariantCulture, $"iifname \"{one.Interface}\" {family} saddr "
                        + $"{one.Addresses[1 - node]} {family} daddr {one.Addresses[node]} udp dport {one.Port}");
                    break;
                case LinkConfig.Multicast one:
                    var from = NumericAddress.IsIPv6(one.Group) ? "" : Neighbours(config, one.Interface, node);
                    yield return string.Create(CultureInfo.InvariantCulture,
                        $"iifname \"{one.Interface}\" {from}{Family(one.Group)} daddr {one.Group} udp dport {one.Port}");
                    break;
                case LinkConfig.Broadcast one:
                    yield return string.Create(CultureInfo.InvariantCulture, $"iifname \"{one.Interface}\" "
                        + $"{Neighbours(config, one.Interface, node)}meta pkttype broadcast udp dport {one.Port}");
                    break;
            }
        }
    }

    private static string? Spoken(LinkConfig link, int node) => link switch
    {
        LinkConfig.Unicast one => string.Create(CultureInfo.InvariantCulture,
            $"oifname \"{one.Interface}\" {Family(one.Addresses[node])} daddr {one.Addresses[1 - node]} udp dport {one.Port}"),
        LinkConfig.Multicast one => string.Create(CultureInfo.InvariantCulture,
            $"oifname \"{one.Interface}\" {Family(one.Group)} daddr {one.Group} udp dport {one.Port}"),
        LinkConfig.Broadcast one => string.Create(
            CultureInfo.InvariantCulture, $"oifname \"{one.Interface}\" ip daddr 255.255.255.255 udp dport {one.Port}"),
        _ => null,
    };

    /// <summary>The network of the interface, where the file fixes it. Not the peer's address: with <c>source-route</c> its packets leave
    /// with the service address.</summary>
    private static string Neighbours(ApplianceConfig config, string name, int node)
    {
        if (config.Network?.Find(name) is not { Addresses.IsEmpty: false } one) return "";
        return $"ip saddr {NetworkText.Of(one.Addresses[node])} ";
    }

    /// <summary>Interfaces with a multicast group: a switch that is not answered stops sending it.</summary>
    private static IEnumerable<string> Groups(ApplianceConfig config)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var link in config.Links)
            if (link is LinkConfig.Multicast one && !NumericAddress.IsIPv6(one.Group) && seen.Add(one.Interface))
                yield return one.Interface;
    }

    /// <summary>The interface that has an address of ours; empty: the file does not say.</summary>
    private static string InterfaceOf(ApplianceConfig config, int node, string address)
    {
        if (config.Network is { } network)
            foreach (var one in network.Interfaces)
            foreach (var prefix in one.Of(node))
                if (prefix.Address == address) return one.Name;
        foreach (var link in config.Links)
            if (link is LinkConfig.Unicast one && one.Addresses[node] == address) return one.Interface;
        return "";
    }

    /// <summary>Interfaces that only join the nodes: they have a link, no service address and no way out.</summary>
    private static List<string> Cables(ApplianceConfig config)
    {
        var cables = new List<string>();
        foreach (var link in config.Links)
        {
            var name = link switch
            {
                LinkConfig.Unicast one => one.Interface,
                LinkConfig.Multicast one => one.Interface,
                LinkConfig.Broadcast one => one.Interface,
                _ => "",
            };
            if (name.Length > 0 && !cables.Contains(name) && !LeadsOut(config, name)) cables.Add(name);
        }

        return cables;
    }

    private static bool LeadsOut(ApplianceConfig config, string name)
    {
        if (config.Network?.Find(name) is { } one && (one.Dhcp || one.Gateway.Length > 0 || one.Gateway6.Length > 0)) return true;
        foreach (var group in config.Groups)
        foreach (var resource in group.Resources)
            if (resource.What is ResourceKind.Ip ip && ip.Interface == name) return true;
        return false;
    }

    private static void Opening(StringBuilder text, OpeningConfig open, List<string> cables)
    {
        var where = !open.Interfaces.IsEmpty ? $"iifname {Set(open.Interfaces)} "
            : cables.Count > 0 ? $"iifname != {Set(cables)} " : "";
        var what = $"{(open.Protocol == "both" ? "meta l4proto { tcp, udp } th" : open.Protocol)} dport "
            + $"{PortsType.Text(open.First, open.Last)} accept";
        if (open.From.IsEmpty) Line(text, where + what);
        foreach (var isIPv6 in new[] { false, true })
        {
            var networks = new List<string>();
            foreach (var network in open.From)
                if (network.Contains(':', StringComparison.Ordinal) == isIPv6) networks.Add(network);
            if (networks.Count > 0) Line(text, $"{where}{(isIPv6 ? "ip6" : "ip")} saddr {{ {string.Join(", ", networks)} }} {what}");
        }
    }

    private static string Set(IEnumerable<string> names) => $"{{ \"{string.Join("\", \"", names)}\" }}";

    private static string Family(string address) => NumericAddress.IsIPv6(address) ? "ip6" : "ip";

    private static void Line(StringBuilder text, string rule) => text.Append("        ").Append(rule).Append('\n');
}
