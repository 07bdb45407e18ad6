using System.Collections.Immutable;
using System.Globalization;

namespace Appliance.Core.Configuration.Schema;

/// <summary>The keys of <c>[network]</c>.</summary>
public static class NetworkSchema
{
    private const int InterfacesMax = 32;

    /// <summary>Names that may stand in files of systemd and in rules without being read as a pattern.</summary>
    public static readonly KeyType Interface = new StringType(
        "interface", "an interface's name of letters, digits, \"-\", \"_\" and \".\", at most 15, for example \"eth0\"",
        text => IsPlain(text) ? null : "it is none");

    public static readonly SectionSchema Vlan = new(
        "vlan = { … }",
        "A tagged VLAN on a network card (IEEE 802.1Q).",
        [
            new("on", Interface, "The interface that carries it.") { Required = true },
            new("id", new IntegerType(1, 4094), "Number of the VLAN.") { Required = true },
        ]);

    public static readonly SectionSchema OneInterface = new(
        "[[network.interface]]",
        "One interface, the same on both nodes but for its addresses. What it does: docs/NETWORK.md.",
        [
            new("name", Interface, "Name by which the rest of the file calls it.") { Required = true },
            new("mac", new PerNodeType(new MacType(), "{ pbx-a = \"52:54:00:00:00:0a\", pbx-b = \"52:54:00:00:00:0b\" }"),
                "Hardware address of the card that gets this name. Without it the interface is found by its name."),
            new("vlan", new SectionType(Vlan), "A VLAN on another interface, see `vlan`."),
            new("address", new PerNodeType(new PrefixType(network: false), "{ pbx-a = \"10.1.1.1/30\", pbx-b = \"10.1.1.2/30\" }"),
                "IPv4 address of each node on it."),
            new("dhcp", Types.Boolean, "IPv4 address from DHCP.") { Default = "false" },
            new("gateway", Types.Address, "IPv4 router, in the network of `address`."),
            new("ipv6", new ChoiceType("off", "static", "slaac"), "IPv6: none at all, from `ipv6-address`, or from routers.")
                { Default = "off" },
            new("ipv6-address", new PerNodeType(new PrefixType(network: false), "{ pbx-a = \"fd00::1/64\", pbx-b = \"fd00::2/64\" }"),
                "IPv6 address of each node on it."),
            new("ipv6-gateway", Types.Address, "IPv6 router."),
            new("mtu", new IntegerType(576, 9216), "Largest packet, bytes; without it as the driver has it."),
            new("dns", new ListType(Types.Address, 0, 8, "[\"192.168.1.1\"]"), "Name servers that are asked by this interface.")
                { Default = "[]" },
        ]);

    public static readonly SectionSchema Network = new(
        "[network]",
        "The interfaces of the nodes, for `appliance network apply`. Without this section nobody touches the machine's network.",
        [new("interface", new SectionsType(OneInterface, InterfacesMax, "name"), "See `[[network.interface]]`.") { Required = true }]);

    public static ImmutableArray<SectionSchema> All { get; } = [Network, OneInterface, Vlan];

    internal static bool IsPlain(string text)
    {
        if (text.Length is 0 or > 15 || text is "." or ".." || text == "lo") return false;
        foreach (var letter in text)
            if (!char.IsAsciiLetterOrDigit(letter) && letter is not ('-' or '_' or '.')) return false;
        return text[0] != '-';
    }
}

/// <summary>A hardware address. Reads to lower case with colons.</summary>
public sealed class MacType : TextType
{
    public override string Name => "hardware address";

    public override string Accepts => "six bytes with colons, for example \"52:54:00:12:34:56\", of one card";

    protected override object? Parse(string text, out string because)
    {
        because = "";
        var parts = text.Split(':');
        if (parts.Length != 6) return null;
        foreach (var part in parts)
            if (part.Length != 2 || !char.IsAsciiHexDigit(part[0]) || !char.IsAsciiHexDigit(part[1])) return null;
        if ((byte.Parse(parts[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture) & 1) == 1) because = "this is a group's address";
        else if (text.All(letter => letter is '0' or ':')) because = "it is all zero";
        return because.Length == 0 ? text.ToLowerInvariant() : null;
    }
}
