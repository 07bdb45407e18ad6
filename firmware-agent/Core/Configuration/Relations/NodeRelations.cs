using System.Collections.Immutable;
using Appliance.Core.Configuration.Schema;

namespace Appliance.Core.Configuration.Relations;

/// <summary>Two nodes, and every other place that names one.</summary>
internal static class NodeRelations
{
    public static void Check(Section root, Findings findings)
    {
        var nodes = root.Sections("node");
        if (nodes.Length == 0 && root.IsWritten("node"))
            findings.Error(root.Place("node"), "node", $"found no node; expected exactly {Limits.Nodes} sections [[node]]");
        if (nodes.Length == 1) findings.Error(nodes[0].At, "node", $"found one node; expected exactly {Limits.Nodes} sections [[node]]");
        Unique.Check(nodes, "name", "node", findings);
        var names = nodes.Where(node => node.Has("name", out string _)).Select(node => node.Get<string>("name")).Distinct().ToArray();
        if (names.Length != Limits.Nodes) return;

        if (root.Has("heartbeat", out Section heartbeat))
            foreach (var link in heartbeat.Sections("link")) PerNode(link, "address", names, findings);
        foreach (var replica in root.Sections("replica")) PerNode(replica, "address", names, findings);
        foreach (var replica in root.Sections("replica")) PerNode(replica, "loop", names, findings);
        if (root.Has("network", out Section network))
            foreach (var one in network.Sections("interface"))
            foreach (var key in NetworkRelations.PerNodeKeys) PerNode(one, key, names, findings);
        foreach (var device in root.Sections("device")) Named(device, "node", names, findings);
        foreach (var fence in root.Sections("fence")) Named(fence, "node", names, findings);
        foreach (var group in root.Sections("group")) Preferred(group, names, findings);
    }

    private static void PerNode(Section section, string key, string[] names, Findings findings)
    {
        if (!section.Has(key, out ImmutableArray<NodeValue> values)) return;
        foreach (var value in values.Where(value => !names.Contains(value.Node)))
            findings.Error(value.KeyAt, $"{section.PathOf(key)}.{value.Node}", NoSuchNode(value.Node, names));
        foreach (var name in names.Where(name => values.All(value => value.Node != name)))
            findings.Error(section.Place(key), section.PathOf(key),
                $"the entry for node {Words.Quoted(name)} is missing; expected one for each of "
                    + $"{Words.Choice(names).Replace(" or ", " and ", StringComparison.Ordinal)}");
    }

    private static void Named(Section section, string key, string[] names, Findings findings)
    {
        if (section.Has(key, out string name) && !names.Contains(name))
            findings.Error(section.Place(key), section.PathOf(key), NoSuchNode(name, names));
    }

    private static void Preferred(Section group, string[] names, Findings findings)
    {
        Named(group, "preferred", names, findings);
        if (group.Has("failback", out FailbackConfig failback) && failback is not FailbackConfig.Never && !group.IsWritten("preferred"))
            findings.Error(group.Place("failback"), group.PathOf("failback"),
                $"returns to the preferred node, but there is none; add preferred = {Words.Choice(names)}");
    }

    private static string NoSuchNode(string name, string[] names) =>
        $"there is no node {Words.Quoted(name)}; expected {Words.Choice(names)}";
}
