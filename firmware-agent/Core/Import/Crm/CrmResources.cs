using System.Collections.Immutable;
using System.Globalization;
using Appliance.Core.Import.Resources;
using static Appliance.Core.Import.Outcome;

namespace Appliance.Core.Import.Crm;

/// <summary>Primitives, and the groups and clones that contain them.</summary>
internal sealed class CrmResources(ImportNotes notes)
{
    private readonly Dictionary<string, ResourceDraft?> _primitives = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ImmutableArray<string>> _containers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ImmutableArray<string>> _members = new(StringComparer.Ordinal);
    private readonly List<(string Id, CrmWord Word)> _clones = [];
    private readonly List<string> _order = [];

    public int Count => _primitives.Count;

    /// <summary>Points with which a resource stays where it is.</summary>
    public long StickinessPoints { get; private set; }

    /// <summary>In the order of the file.</summary>
    public IEnumerable<ResourceDraft> Drafts => _order.Where(id => _primitives[id] is not null).Select(id => _primitives[id]!);

    /// <summary>Groups: name and members.</summary>
    public Dictionary<string, ImmutableArray<string>> Groups { get; } = new(StringComparer.Ordinal);

    public bool Knows(string id) => _primitives.ContainsKey(id) || _containers.ContainsKey(id);

    /// <param name="draft">Null: it is no resource of the new file.</param>
    public void Add(string id, ResourceDraft? draft)
    {
        _primitives.Add(id, draft);
        _order.Add(id);
    }

    public Outcome? Stickiness(string value)
    {
        if (Score(value) is not { } points) return Refused($"{ImportNotes.Shown(value)} is no score");
        StickinessPoints = points;
        return null;
    }

    /// <summary>A number, or infinity with a sign; null: it is none.</summary>
    internal static long? Score(string text) => text.ToLowerInvariant() switch
    {
        "inf" or "infinity" or "+inf" or "+infinity" or "mandatory" => 1_000_000,
        "-inf" or "-infinity" => -1_000_000,
        _ => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var score) ? score : null,
    };

    /// <summary>The drafts that a name stands for, in their order; a role behind a colon does not count.</summary>
    public ImmutableArray<string> Members(string name)
    {
        var id = name.Split(':')[0];
        if (_primitives.TryGetValue(id, out var draft)) return draft is null ? [] : [id];
        if (_members.TryGetValue(id, out var known)) return known;
        known = [.. _containers.GetValueOrDefault(id, []).Where(member => _primitives.GetValueOrDefault(member) is not null)];
        _members.Add(id, known);
        return known;
    }

    /// <summary><c>group NAME MEMBER…</c>, <c>ms NAME MEMBER</c>, <c>clone NAME MEMBER</c>.</summary>
    public void Container(ImmutableArray<CrmWord> words)
    {
        var (keyword, id) = (words[0], words[1].Text);
        var directive = CrmTable.Table.Find(keyword.Text)!;
        var names = words.Skip(2).TakeWhile(word => word.Text is not ("meta" or "params")).Where(word => word.Key.Length == 0)
            .Select(word => word.Text).ToArray();
        var unknown = names.Where(name => !Knows(name)).ToArray();
        if (Knows(id)) notes.Take(keyword.Place, directive, Refused($"{ImportNotes.Shown(id)} for the second time"));
        else
        {
            // A group has primitives; a clone has one of them, or one group. So nothing can contain itself.
            ImmutableArray<string> members = keyword.Text != "group" && _containers.TryGetValue(names.FirstOrDefault(""), out var inner)
                ? inner : [.. names.Where(_primitives.ContainsKey).Distinct()];
            _containers.Add(id, members);
            if (keyword.Text == "group")
            {
                Groups.Add(id, members);
                notes.Take(keyword.Place, directive, unknown.Length > 0
                    ? Refused($"there is no primitive {ImportNotes.Shown(unknown[0])}; the others are taken") : null);
            }
            else if (unknown.Length > 0)
                notes.Take(keyword.Place, directive, Refused($"there is no primitive {ImportNotes.Shown(unknown[0])}"));
            else _clones.Add((id, keyword));
        }

        Meta(words.SkipWhile(word => word.Text != "meta").Skip(1));
    }

    private void Meta(IEnumerable<CrmWord> words)
    {
        foreach (var word in words.Where(word => word.Key is not ("" or "id")))
        {
            if (CrmTable.Options.Find($"meta {word.Key}") is not { } directive)
                notes.RefuseUnknown(word.Place, $"meta {word.Key}", "option", CrmTable.Options);
            else notes.Take(word.Place, directive, word.Key switch
            {
                "resource-stickiness" => Stickiness(word.Value),
                "migration-threshold" or "failure-timeout" => Noted("it counts for each resource: write restarts there"),
                "target-role" when word.Value == "Stopped" => Refused("it is stopped; in the new file it is served"),
                _ => null,
            });
        }
    }

    /// <summary>What ran on both nodes at once is no resource of a group; a replica and ping references are an exception.</summary>
    public void RefuseClones()
    {
        foreach (var (id, keyword) in _clones)
        {
            var inside = _containers[id].Where(member => _primitives[member] is { Word: not "replica" }).ToArray();
            var directive = CrmTable.Table.Find(keyword.Text)!;
            if (inside.Length == 0)
            {
                notes.Take(keyword.Place, directive, _containers[id].Any(member => _primitives[member] is not null) ? null
                    : Noted("what became of it is said at its primitive"));
                continue;
            }

            notes.Take(keyword.Place, directive, Refused(
                $"{ImportNotes.Shown(inside[0])} runs on both nodes at once: enable its unit on both, outside of the groups"));
            foreach (var member in inside) _primitives[member] = null;
        }
    }
}
