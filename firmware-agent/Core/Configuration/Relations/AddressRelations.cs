using System.Collections.Immutable;
using Appliance.Core.Configuration.Schema;

namespace Appliance.Core.Configuration.Relations;

/// <summary>Service addresses, ping references and the witness must not be one another.</summary>
internal static class AddressRelations
{
    public static void Check(Section root, Findings findings)
    {
        var owners = new Dictionary<string, string>(StringComparer.Ordinal);
        if (root.Has("heartbeat", out Section heartbeat)) NodeAddresses(heartbeat, owners);
        foreach (var resource in Resources(root, "ip")) ServiceAddress(resource, owners, findings);
        Unique.Check(root.Sections("ping"), "address", "the ping reference", findings);
        foreach (var ping in root.Sections("ping"))
            NotOurs(ping, owners, "it would answer although the LAN is cut; expected a third machine, best the router", findings);
        if (root.Has("witness", out Section witness))
            NotOurs(witness, owners, "a node cannot be its own witness; expected a third machine", findings);
        foreach (var group in root.Sections("group")) SourceRoutes(group, findings);
    }

    private static IEnumerable<Section> Resources(Section root, string word) =>
        root.Sections("group").SelectMany(group => group.Sections("resource")).Where(resource => resource.Word == word);

    private static void NodeAddresses(Section heartbeat, Dictionary<string, string> owners)
    {
        foreach (var link in heartbeat.Sections("link"))
        foreach (var value in link.Get("address", ImmutableArray<NodeValue>.Empty))
            owners.TryAdd((string)value.Value, $"node {Words.Quoted(value.Node)} on link {Words.Quoted(link.Name)}");
    }

    private static void ServiceAddress(Section resource, Dictionary<string, string> owners, Findings findings)
    {
        if (!resource.Has("address", out Prefix prefix)) return;
        if (!owners.TryAdd(prefix.Address, $"the service address in line {resource.Place("address").Line}"))
            findings.Error(resource.Place("address"), resource.PathOf("address"),
                $"{prefix.Address} is already {owners[prefix.Address]}; expected a free address");
    }

    private static void NotOurs(Section section, Dictionary<string, string> owners, string because, Findings findings)
    {
        if (section.Has("address", out string address) && owners.TryGetValue(address, out var owner))
            findings.Error(section.Place("address"), section.PathOf("address"), $"{address} is {owner}; {because}");
    }

    private static void SourceRoutes(Section group, Findings findings)
    {
        var resources = group.Sections("resource");
        var addresses = resources.Where(resource => resource.Word == "ip" && resource.Has("address", out Prefix _))
            .Select(resource => resource.Get<Prefix>("address").Address).ToArray();
        foreach (var route in resources.Where(resource => resource.Word == "source-route"))
        {
            if (!route.Has("source", out string source)) continue;
            if (route.Has("network", out Prefix network) && network.Address.Length > 0
                && NumericAddress.IsIPv6(network.Address) != NumericAddress.IsIPv6(source))
                findings.Error(route.Place("network"), route.PathOf("network"),
                    $"{network.Address}/{network.PrefixLength} and the source {source} are of different families; expected the same");
            if (!addresses.Contains(source))
                findings.Warning(route.Place("source"), route.PathOf("source"),
                    $"{source} is no service address of this group; the kernel refuses a route from an address the node has not");
        }
    }
}
