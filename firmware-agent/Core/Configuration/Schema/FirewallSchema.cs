using System.Collections.Immutable;
using System.Globalization;

namespace Appliance.Core.Configuration.Schema;

/// <summary>One port or a range of them.</summary>
public sealed record PortRange(int First, int Last);

/// <summary>The keys of <c>[firewall]</c>.</summary>
public static class FirewallSchema
{
    private const int OpeningsMax = 32;
    private const int NetworksMax = 16;

    private static readonly PrefixType NetworkType = new(network: true);

    /// <summary>Word, protocol and usual ports (IANA; RTP as Asterisk's rtp.conf has it).</summary>
    public static readonly ImmutableArray<(string Word, string Protocol, string Ports, string Meaning)> Services =
    [
        ("ssh", "tcp", "22", "Secure shell."),
        ("sip", "both", "5060", "SIP, UDP and TCP."),
        ("sips", "tcp", "5061", "SIP over TLS."),
        ("rtp", "udp", "10000-20000", "Voice; the range of Asterisk's rtp.conf."),
        ("iax", "udp", "4569", "Inter-Asterisk exchange."),
        ("http", "tcp", "80", "Web pages, plain."),
        ("https", "tcp", "443", "Web pages."),
    ];

    public static readonly SectionSchema Open = new(
        "[[firewall.open]]",
        "Something that may be reached from outside. The nodes' own traffic is opened by itself: docs/NETWORK.md.",
        [
            new("service", new ChoiceType([.. Services.Select(service => service.Word), "other"]), "What.") { Required = true },
            new("from", new ListType(new StringType("network", "a network such as \"192.168.1.0/24\" or \"fd00::/8\"", NetworkFault),
                0, NetworksMax, "[\"192.168.1.0/24\"]"), "Only from these networks; `[]`: from everywhere.") { Default = "[]" },
            new("interfaces", new ListType(NetworkSchema.Interface, 0, 32, "[\"eth0\"]"),
                "Only on these interfaces; `[]`: on all that are no cables between the nodes.") { Default = "[]" },
        ])
    {
        Discriminator = "service",
        Variants =
        [
            .. Services.Select(service => new Variant(service.Word, service.Meaning,
                [new("ports", new PortsType(), "Port, or first and last one.") { Default = service.Ports }])),
            new("other", "Anything else.",
            [
                new("protocol", new ChoiceType("udp", "tcp", "both"), "Transport.") { Required = true },
                new("ports", new PortsType(), "Port, or first and last one.") { Required = true },
            ]),
        ],
    };

    public static readonly SectionSchema Firewall = new(
        "[firewall]",
        "What may reach the nodes; everything else is dropped. Without this section there are no rules of ours.",
        [new("open", new SectionsType(Open, OpeningsMax, "service"), "See `[[firewall.open]]`.")]);

    public static ImmutableArray<SectionSchema> All { get; } = [Firewall, Open];

    private static string? NetworkFault(string text)
    {
        if (text == "default") return "leave the key out";
        return NetworkType.Fits(text, out var because) ? null : because;
    }
}

/// <summary>"5060" or "10000-20000". Reads to <see cref="PortRange"/>.</summary>
public sealed class PortsType : TextType
{
    public override string Name => "ports";

    public override string Accepts => "a port or a range in quotes, for example \"5060\" or \"10000-20000\"";

    public static string Text(int first, int last) =>
        first == last ? first.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{first}-{last}");

    protected override object? Parse(string text, out string because)
    {
        because = "";
        var dash = text.IndexOf('-');
        var first = NumericAddress.ParsePort(dash < 0 ? text : text[..dash]);
        var last = dash < 0 ? first : NumericAddress.ParsePort(text[(dash + 1)..]);
        if (first is not { } from || last is not { } to) return null;
        if (from > to) because = "the first port is above the last";
        return from <= to ? new PortRange(from, to) : null;
    }
}
