using System.Collections.Immutable;
using Appliance.Core.Configuration.Schema;

namespace Appliance.Core.Configuration.Relations;

/// <summary>Heartbeat links: names, one way of addressing each, no medium twice.</summary>
internal static class LinkRelations
{
    private static readonly string[] Ways = ["address", "group", "broadcast"];

    public static void Check(Section root, Findings findings)
    {
        if (!root.Has("heartbeat", out Section heartbeat)) return;
        var links = heartbeat.Sections("link");
        if (links.IsEmpty && heartbeat.IsWritten("link"))
            findings.Error(heartbeat.Place("link"), "heartbeat.link", "there is none; expected at least one [[heartbeat.link]]");
        Unique.Check(links, "name", "the link name", findings);
        Unique.Check(links, "device", "the serial device", findings);
        foreach (var link in links.Where(link => link.Word == "udp")) Udp(link, findings);
        SameMedium(links, findings);
    }

    private static void Udp(Section link, Findings findings)
    {
        var written = Ways.Where(way => IsChosen(link, way)).ToArray();
        if (written.Length == 0)
            findings.Error(
                link.At, link.Path,
                    "nothing says where heartbeats go; expected one of address = { NODE = \"…\", NODE = \"…\" }, group = \"239.192.0.42\" "
                        + "or broadcast = true");
        if (written.Length > 1)
            findings.Error(link.Place(written[1]), link.PathOf(written[1]),
                $"found {string.Join(" and ", written)}; expected exactly one of address, group and broadcast");
        if (!link.Has("address", out ImmutableArray<NodeValue> values) || values.Length != Limits.Nodes) return;
        var (first, second) = ((string)values[0].Value, (string)values[1].Value);
        if (first == second)
            findings.Error(values[1].At, link.PathOf($"address.{values[1].Node}"),
                $"both nodes have the address {first}; expected two different ones");
        if (NumericAddress.IsIPv6(first) != NumericAddress.IsIPv6(second))
            findings.Error(values[1].At, link.PathOf($"address.{values[1].Node}"),
                $"{second} and {first} are of different families; expected IPv4 twice or IPv6 twice");
    }

    private static bool IsChosen(Section link, string way) => link.IsWritten(way) && !(link.Has(way, out bool chosen) && !chosen);

    private static void SameMedium(ImmutableArray<Section> links, Findings findings)
    {
        var seen = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var link in links.Where(link => link.Word == "udp"))
        {
            if (!link.Has("interface", out string device) || !link.Has("port", out int port)) continue;
            var way = link.Has("group", out string group) ? group
                : link.Has("address", out ImmutableArray<NodeValue> values) ? string.Join(' ', values.Select(value => value.Value))
                : "broadcast";
            if (seen.TryAdd($"{device} {port} {way}", link.Name)) continue;
            findings.Error(
                link.At, link.Path,
                    $"is the same medium as link {Words.Quoted(seen[$"{device} {port} {way}"])}: two names for one path are no "
                        + "redundancy; expected another interface, address or port");
        }
    }
}
