using System.Collections.Immutable;
using Appliance.Core.Configuration.Schema;

namespace Appliance.Core.Configuration.Relations;

/// <summary>The order of a group's resources: names that exist, no circle.</summary>
internal static class Dependencies
{
    public static void Check(ImmutableArray<Section> resources, Findings findings)
    {
        var needs = Needs(resources);
        foreach (var resource in resources) Known(resource, needs, findings);
        var told = new HashSet<string>(StringComparer.Ordinal);
        foreach (var resource in resources)
        {
            if (!resource.Has("name", out string name) || told.Contains(name) || CircleFrom(name, needs) is not { } circle) continue;
            told.UnionWith(circle);
            findings.Error(resource.Place("after"), resource.PathOf("after"),
                $"resources wait for each other in a circle: {string.Join(" after ", circle)}; expected an order without one");
        }
    }

    /// <summary>Everything that is started before a resource.</summary>
    public static HashSet<string> AllBefore(ImmutableArray<Section> resources, string name)
    {
        var needs = Needs(resources);
        var before = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>([name]);
        while (open.TryPop(out var next))
            foreach (var need in needs.GetValueOrDefault(next, []))
                if (before.Add(need)) open.Push(need);
        return before;
    }

    private static Dictionary<string, ImmutableArray<string>> Needs(ImmutableArray<Section> resources)
    {
        var needs = new Dictionary<string, ImmutableArray<string>>(StringComparer.Ordinal);
        foreach (var resource in resources)
            if (resource.Has("name", out string name)) needs.TryAdd(name, resource.Get("after", ImmutableArray<string>.Empty));
        return needs;
    }

    private static void Known(Section resource, Dictionary<string, ImmutableArray<string>> needs, Findings findings)
    {
        foreach (var name in resource.Get("after", ImmutableArray<string>.Empty).Where(name => !needs.ContainsKey(name)))
        {
            var near = NearestWord.Of(name, needs.Keys);
            findings.Error(resource.Place("after"), resource.PathOf("after"),
                $"there is no resource {Words.Quoted(name)} in this group{(near is null ? "" : $"; did you mean \"{near}\"?")}; known: "
                    + $"{string.Join(", ", needs.Keys)}");
        }
    }

    /// <summary>A shortest way from the name back to itself, named at both ends; null if there is none.</summary>
    private static List<string>? CircleFrom(string name, Dictionary<string, ImmutableArray<string>> needs)
    {
        var cameFrom = new Dictionary<string, string>(StringComparer.Ordinal);
        var open = new Queue<string>([name]);
        while (open.TryDequeue(out var next))
        {
            foreach (var need in needs.GetValueOrDefault(next, []))
            {
                if (need == name) return Way(name, next, cameFrom);
                if (cameFrom.TryAdd(need, next)) open.Enqueue(need);
            }
        }

        return null;
    }

    private static List<string> Way(string name, string last, Dictionary<string, string> cameFrom)
    {
        var way = new List<string> { name };
        for (var at = last; at != name; at = cameFrom[at]) way.Insert(0, at);
        way.Insert(0, name);
        return way;
    }
}
