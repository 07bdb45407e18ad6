using System.Collections.Immutable;
using Appliance.Core.Configuration;

namespace Appliance.Core.Resources;

/// <summary>Who needs whom in a group. Indices are those of <see cref="GroupConfig.Resources"/>.</summary>
/// <param name="Names">Name by index.</param>
/// <param name="Needs">What each resource needs started before it.</param>
/// <param name="NeededBy">The opposite.</param>
/// <param name="Order">All indices, each after everything it needs; file order where the graph does not care.</param>
public sealed record ResourceGraph(
    ImmutableArray<string> Names,
    ImmutableArray<ImmutableArray<int>> Needs,
    ImmutableArray<ImmutableArray<int>> NeededBy,
    ImmutableArray<int> Order)
{
    /// <summary>Reads the graph of a group. The configuration was checked: names are unique and known, and there is no cycle.</summary>
    public static ResourceGraph Of(GroupConfig group)
    {
        var names = group.Resources.Select(resource => resource.Name).ToImmutableArray();
        var needs = group.Resources.Select(
            resource => resource.After.Select(name => IndexOf(names, name)).Distinct().ToImmutableArray()).ToImmutableArray();
        var neededBy = names.Select(
            (_, index) => Selection.Range(0, names.Length).Where(other => needs[other].Contains(index)).ToImmutableArray());
        return new ResourceGraph(names, needs, [.. neededBy], Sorted(needs));
    }

    /// <summary>Index of a name, or -1.</summary>
    public int Find(string name) => Names.IndexOf(name);

    private static int IndexOf(ImmutableArray<string> names, string name)
    {
        var index = names.IndexOf(name);
        Invariant.Check(index >= 0);
        return index;
    }

    private static ImmutableArray<int> Sorted(ImmutableArray<ImmutableArray<int>> needs)
    {
        var order = new List<int>(needs.Length);
        while (order.Count < needs.Length)
        {
            var next = Selection.Range(0, needs.Length).FirstOrDefault(
                index => !order.Contains(index) && needs[index].All(order.Contains), -1);
            Invariant.Check(next >= 0, "resources depend on each other in a circle");
            order.Add(next);
        }

        return [.. order];
    }
}
