using System.Collections.Immutable;
using Appliance.Core.Configuration.Schema;

namespace Appliance.Core.Import.Merge;

/// <summary>Which two nodes there are, and which address is whose.</summary>
internal sealed class NodeMerge
{
    private readonly PairFacts _facts;
    private readonly ImportNotes _notes;
    private readonly List<string> _names = [];
    private readonly HashSet<string> _strangers = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> _owners = new(StringComparer.Ordinal);
    private Place? _said;

    /// <param name="first">Name that is the first node's; null: as the files say it.</param>
    public NodeMerge(PairFacts facts, ImportNotes notes, string? first)
    {
        (_facts, _notes) = (facts, notes);
        Members();
        if (first is not null && Canonical(first) is { Length: > 0 } known)
        {
            _names.Remove(known);
            _names.Insert(0, known);
        }
        else if (first is not null && _names.Count < Limits.Nodes) _names.Insert(0, first);

        Addresses();
    }

    /// <summary>Both are known.</summary>
    public bool AreKnown => _names.Count == Limits.Nodes;

    public ImmutableArray<Filled> Names
    {
        get
        {
            var hint = _names.Count == 0 && _owners.Count > 0
                ? $"the files know addresses only: {string.Join(", ", _owners.Keys.Order(StringComparer.Ordinal).Take(4))}"
                : "no file says it";
            return [.. Selection.Range(0, Limits.Nodes)
                .Select(at => at < _names.Count ? new Filled(_names[at], "") : new Filled(null, $"{hint}; its host name (uname -n)"))];
        }
    }

    /// <summary>The name as it is written in the new file; empty: there is no such node, which is told once.</summary>
    public string Of(string name, Place place)
    {
        if (name.Length == 0 || Canonical(name) is { Length: > 0 } known) return name.Length == 0 ? "" : Canonical(name);
        if (_strangers.Add(name) && _names.Count > 0)
            _notes.Refuse(place, ImportNotes.Shown(name), $"no node of this name: {_said} names {string.Join(" and ", _names)}");
        return "";
    }

    /// <summary>Index of the node that has an address; -1: not known.</summary>
    public int OwnerOf(string address) => _owners.TryGetValue(address, out var name) ? _names.IndexOf(name) : -1;

    public int IndexOf(string name) => _names.IndexOf(Canonical(name));

    private string Canonical(string name) => _names.Find(known => string.Equals(known, name, StringComparison.OrdinalIgnoreCase)) ?? "";

    private void Members()
    {
        foreach (var membership in new[] { true, false })
        foreach (var fact in _facts.Nodes.Where(fact => fact.IsMembership == membership && fact.Name.Length > 0))
        {
            if (Canonical(fact.Name).Length > 0) continue;
            if (_names.Count < Limits.Nodes)
            {
                _said ??= fact.Place;
                _names.Add(fact.Name);
            }
            else if (_strangers.Add(fact.Name))
            {
                _notes.Refuse(fact.Place, ImportNotes.Shown(fact.Name),
                    $"a third node: {_said} names {string.Join(" and ", _names)}, and a pair has two");
            }
        }
    }

    private void Addresses()
    {
        var byId = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var fact in _facts.Nodes.Where(fact => fact.Id != 0 && fact.Name.Length > 0)) byId.TryAdd($"#{fact.Id}", fact.Name);
        foreach (var fact in _facts.Addresses)
        {
            var name = fact.Node.StartsWith('#') ? byId.GetValueOrDefault(fact.Node, "") : fact.Node;
            var node = Canonical(name);
            if (node.Length == 0)
            {
                // An address without a name is still worth showing to who has to fill one in.
                if (name.Length == 0) _owners.TryAdd(fact.Address, "");
                continue;
            }

            if (_owners.TryGetValue(fact.Address, out var other) && other.Length > 0 && other != node)
                _notes.Refuse(fact.Place, fact.Address, $"it is said to be of {node} here and of {other} elsewhere");
            else _owners[fact.Address] = node;
        }
    }
}
