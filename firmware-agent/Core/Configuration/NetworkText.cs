using System.Collections.Immutable;
using System.Globalization;
using Appliance.Core.Configuration.Schema;

namespace Appliance.Core.Configuration;

/// <summary>Makes the record of <c>[network]</c>, and its canonical text.</summary>
internal static class NetworkText
{
    private static readonly string[] Modes = ["off", "static", "slaac"];

    internal static NetworkConfig? Build(Section root, ImmutableArray<string> nodes) =>
        root.Has("network", out Section network)
            ? new NetworkConfig([.. network.Sections("interface").Select(one => Interface(one, nodes))]) : null;

    internal static void Write(TomlText text, NetworkConfig network, ImmutableArray<string> nodes)
    {
        text.Title("[network]");
        foreach (var one in network.Interfaces)
        {
            text.Title("[[network.interface]]").Line("name", one.Name);
            if (!one.Macs.IsEmpty) text.Raw("mac", PerNode(nodes, one.Macs));
            if (one.Vlan is { } vlan)
                text.Raw("vlan", string.Create(CultureInfo.InvariantCulture, $"{{ on = {TomlText.Quote(vlan.On)}, id = {vlan.Id} }}"));
            if (!one.Addresses.IsEmpty) text.Raw("address", PerNode(nodes, one.Addresses.Select(Of)));
            text.Line("dhcp", one.Dhcp);
            if (one.Gateway.Length > 0) text.Line("gateway", one.Gateway);
            text.Line("ipv6", Modes[(int)one.IPv6]);
            if (!one.Addresses6.IsEmpty) text.Raw("ipv6-address", PerNode(nodes, one.Addresses6.Select(Of)));
            if (one.Gateway6.Length > 0) text.Line("ipv6-gateway", one.Gateway6);
            if (one.Mtu > 0) text.Line("mtu", one.Mtu);
            text.Line("dns", one.Dns);
        }
    }

    public static string Of(Prefix prefix) => string.Create(CultureInfo.InvariantCulture, $"{prefix.Address}/{prefix.PrefixLength}");

    private static InterfaceConfig Interface(Section one, ImmutableArray<string> nodes) => new(one.Get<string>("name"))
    {
        Macs = PerNode<string>(one, "mac", nodes),
        Vlan = one.Has("vlan", out Section vlan) ? new VlanConfig(vlan.Get<string>("on"), vlan.Get<int>("id")) : null,
        Addresses = PerNode<Prefix>(one, "address", nodes),
        Dhcp = one.Get<bool>("dhcp"),
        Gateway = one.Get("gateway", ""),
        IPv6 = (IPv6Mode)Array.IndexOf(Modes, one.Get<string>("ipv6")),
        Addresses6 = PerNode<Prefix>(one, "ipv6-address", nodes),
        Gateway6 = one.Get("ipv6-gateway", ""),
        Mtu = one.Get("mtu", 0),
        Dns = Texts(one, "dns"),
    };

    /// <summary>A list of texts; a default of none is read as an empty one.</summary>
    internal static ImmutableArray<string> Texts(Section section, string key) => section.Get(key, ImmutableArray<string>.Empty);

    private static ImmutableArray<T> PerNode<T>(Section section, string key, ImmutableArray<string> nodes)
        where T : class
    {
        if (!section.Has(key, out ImmutableArray<NodeValue> values)) return [];
        var found = ImmutableArray.CreateBuilder<T>(nodes.Length);
        foreach (var node in nodes)
        foreach (var value in values)
            if (value.Node == node) found.Add((T)value.Value);
        return found.ToImmutable();
    }

    private static string PerNode(ImmutableArray<string> nodes, IEnumerable<string> values) =>
        $"{{ {string.Join(", ", nodes.Zip(values, (node, value) => $"{TomlText.Quote(node)} = {TomlText.Quote(value)}"))} }}";
}
