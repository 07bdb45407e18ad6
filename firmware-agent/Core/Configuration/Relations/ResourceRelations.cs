using System.Collections.Immutable;
using Appliance.Core.Configuration.Schema;
using Appliance.Core.Toml;

namespace Appliance.Core.Configuration.Relations;

/// <summary>Resources of a group: names, order, and what only one of them may have.</summary>
internal static class ResourceRelations
{
    public static void Check(Section root, Findings findings)
    {
        var groups = root.Sections("group");
        if (groups.IsEmpty && root.IsWritten("group"))
            findings.Error(root.Place("group"), "group", "there is none; expected at least one [[group]]");
        Unique.Check(groups, "name", "the group name", findings);
        foreach (var group in groups) Group(group, findings);
        var all = groups.SelectMany(group => group.Sections("resource")).ToArray();
        Unique.Check(all, "unit", "the unit", findings);
        Unique.Check(all, "directory", "the mount directory", findings);
        Unique.Check(all, "script", "the script", findings);
        BindPaths(all, findings);
        foreach (var resource in all) Commands(resource, findings);
    }

    private static void Group(Section group, Findings findings)
    {
        var resources = group.Sections("resource");
        if (resources.IsEmpty && group.IsWritten("resource"))
            findings.Error(group.Place("resource"), group.PathOf("resource"), "there is none; expected at least one [[group.resource]]");
        Unique.Check(resources, "name", "the resource name", findings);
        Dependencies.Check(resources, findings);
        foreach (var resource in resources.Where(resource => resource.Word == "bind")) Bind(resource, resources, findings);
        foreach (var resource in resources)
            if (resource.Has("probe", out Section probe)) Probe(probe, findings);
    }

    private static void Bind(Section bind, ImmutableArray<Section> resources, Findings findings)
    {
        if (bind.IsWritten("from")) return;
        var mounts = resources.Where(resource => resource.Word == "mount" && resource.Has("name", out string _)).ToArray();
        if (mounts.Length != 1)
        {
            findings.Error(
                bind.At, bind.PathOf("from"),
                    $"is missing, and the group has {(mounts.Length == 0 ? "no mount" : "more than one mount")} to take it from; expected "
                        + "an absolute path");
            return;
        }

        if (bind.Has("name", out string name) && !Dependencies.AllBefore(resources, name).Contains(mounts[0].Get<string>("name")))
            findings.Error(bind.Place("after"), bind.PathOf("after"),
                $"the directories come from the mount {Words.Quoted(mounts[0].Name)}; expected after = [\"{mounts[0].Name}\"]");
    }

    private static void Probe(Section probe, Findings findings)
    {
        if (probe.IsWritten("socket") && probe.IsWritten("host"))
            findings.Error(probe.Place("host"), probe.PathOf("host"), "found socket and host; expected one of them");
        if (probe.Word == "mysql" && probe.IsWritten("port") && !probe.IsWritten("host"))
            findings.Error(probe.Place("port"), probe.PathOf("port"), "has no effect without host; add host or remove port");
        if (probe.Word == "asterisk") Layers(probe, findings);
    }

    /// <summary>Each layer once, no more of them needed than there are, and no key for one that is not asked.</summary>
    private static void Layers(Section probe, Findings findings)
    {
        var layers = probe.Get("layers", ImmutableArray.Create("sip"));
        if (layers.Distinct().Count() != layers.Length)
            findings.Error(probe.Place("layers"), probe.PathOf("layers"), $"found {string.Join(", ", layers)}; expected each layer once");
        if (probe.Has("need", out int need) && need > layers.Length)
            findings.Error(probe.Place("need"), probe.PathOf("need"),
                $"{need} layers can never fail, there are only {layers.Length}; expected a number from 1 to {layers.Length}");
        Useless("cli", "cli", "tasks");
        foreach (var key in new[] { "ami", "ami-user", "ami-secret-file", "ami-account" }) Useless(key, "ami", "ami");
        Useless("sip", "sip", "sip");
        Useless("tasks-max", "tasks", "tasks");

        void Useless(string key, string layer, string other)
        {
            if (probe.IsWritten(key) && !layers.Contains(layer) && !layers.Contains(other))
                findings.Error(
                    probe.Place(key), probe.PathOf(key), $"has no effect without \"{layer}\" in layers; add it there or remove {key}");
        }
    }

    private static void BindPaths(Section[] all, Findings findings)
    {
        var seen = new Dictionary<string, TomlPosition>(StringComparer.Ordinal);
        foreach (var bind in all)
        foreach (var path in bind.Get("paths", ImmutableArray<string>.Empty))
            if (!seen.TryAdd(path, bind.Place("paths")))
                findings.Error(bind.Place("paths"), bind.PathOf("paths"),
                    $"{path} is already bound in line {seen[path].Line}; expected each path once");
    }

    private static void Commands(Section resource, Findings findings)
    {
        foreach (var key in new[] { "start", "stop", "monitor" }) Command(resource, key, findings);
        if (resource.Has("probe", out Section probe)) Command(probe, "command", findings);
    }

    private static void Command(Section section, string key, Findings findings)
    {
        if (section.Has(key, out ImmutableArray<string> words) && !words.IsEmpty && !words[0].StartsWith('/'))
            findings.Error(section.Place(key), section.PathOf(key),
                $"found the program {Words.Quoted(words[0])}; expected its absolute path, for example [\"/usr/bin/test\"]");
    }
}
