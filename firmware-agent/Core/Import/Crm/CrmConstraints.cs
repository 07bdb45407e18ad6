using System.Collections.Immutable;
using Appliance.Core.Configuration.Schema;
using Appliance.Core.Import.Resources;
using static Appliance.Core.Import.Outcome;

namespace Appliance.Core.Import.Crm;

/// <summary>What the resources say about each other: who is together, who comes first, where they would rather be.</summary>
internal sealed class CrmConstraints
{
    /// <summary>"This after that" that are kept; sets of sets could make more than a file has bytes.</summary>
    private const int EdgesMax = 20_000;

    private readonly CrmResources _resources;
    private readonly PairFacts _facts;
    private readonly ImportNotes _notes;
    private readonly Dictionary<string, string> _together = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> _after = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Node, long Score)> _preferred = new(StringComparer.Ordinal);
    private readonly List<(Place Place, string First, string Then)> _orders = [];
    private int _edges;

    public CrmConstraints(CrmResources resources, PairFacts facts, ImportNotes notes)
    {
        (_resources, _facts, _notes) = (resources, facts, notes);
        foreach (var group in resources.Groups.Keys)
        {
            var before = "";
            foreach (var member in resources.Members(group))
            {
                if (before.Length > 0)
                {
                    Join(before, member);
                    After(member, before);
                }

                before = member;
            }
        }
    }

    public void Read(ImmutableArray<CrmWord> words)
    {
        var directive = CrmTable.Table.Find(words[0].Text)!;
        _notes.Take(words[0].Place, directive, words.Length < 4 ? Refused("it is not complete") : words[0].Text switch
        {
            "order" => Order(words),
            "location" => Location(words),
            _ => Colocation(words),
        });
    }

    /// <summary>What is together, each in an order in which it can be started.</summary>
    public IEnumerable<GroupFact> Groups()
    {
        foreach (var (place, first, then) in _orders)
            if (Root(first) != Root(then))
                _notes.Refuse(place, "order", $"{ImportNotes.Shown(first)} and {ImportNotes.Shown(then)} are not together by a colocation: "
                    + "groups are not ordered among each other");
        var groups = new Dictionary<string, List<ResourceDraft>>(StringComparer.Ordinal);
        var roots = new List<string>();
        foreach (var draft in _resources.Drafts)
        {
            var root = Root(draft.Id);
            if (!groups.TryGetValue(root, out var members))
            {
                groups.Add(root, members = []);
                roots.Add(root);
            }

            members.Add(draft);
        }

        return roots.Select(root => Group(root, groups[root]));
    }

    private GroupFact Group(string root, List<ResourceDraft> members)
    {
        var ordered = CrmOrder.Sort(members, id => _after.GetValueOrDefault(id), _notes);
        var preferred = _preferred.Where(pair => Root(pair.Key) == root).Select(pair => pair.Value).OrderByDescending(value => value.Score)
            .ToArray();
        var inside = members.Select(member => member.Id).ToHashSet(StringComparer.Ordinal);
        var names = _resources.Groups.Where(pair => pair.Value.Any(inside.Contains)).Select(pair => pair.Key).ToArray();
        return new GroupFact(names.Length == 1 ? names[0] : "", preferred.Length > 0 ? preferred[0].Node : "", ordered, members[0].Place)
        {
            FailsBack = preferred.Length == 0 ? null : preferred[0].Score > _resources.StickinessPoints,
        };
    }

    private Outcome? Colocation(ImmutableArray<CrmWord> words)
    {
        if (CrmResources.Score(words[2].Text.TrimEnd(':')) is not { } score || !words[2].Text.EndsWith(':'))
            return Refused("expected a score and a colon behind its name");
        if (score < 0) return Refused("it keeps resources apart; with two nodes write two groups with different preferred nodes");
        if (Elements(words[3..], out var elements) is { } problem) return problem;
        if (score == 0) return Noted("a score of 0 means nothing");
        var all = elements.SelectMany(set => set).Distinct().SelectMany(name => _resources.Members(name)).Distinct().ToArray();
        if ((_edges += all.Length) > EdgesMax) return Refused($"more than {EdgesMax} resources in constraints");
        for (var at = 1; at < all.Length; at++) Join(all[0], all[at]);
        return score >= 1_000_000 ? null : Mapped("the same [[group]]: it was a wish, here it is a rule");
    }

    private Outcome? Order(ImmutableArray<CrmWord> words)
    {
        var begin = words[2].Text.EndsWith(':') ? 3 : 2;
        if (Elements(words[begin..], out var sets) is { } problem) return problem;
        if (sets.Count < 2) return Refused("it orders nothing");
        for (var at = 1; at < sets.Count; at++)
        foreach (var then in sets[at])
        foreach (var first in sets[at - 1])
        {
            if (_edges++ >= EdgesMax) return Refused($"more than {EdgesMax} orders");
            // Of a group the last member must have been started before the first one of the other.
            if (_resources.Members(first).LastOrDefault() is not { } last
                || _resources.Members(then).FirstOrDefault() is not { } next) continue;
            After(next, last);
            _orders.Add((words[0].Place, last, next));
        }

        return null;
    }

    /// <summary>Names and sets in brackets, in their order; a set is parallel.</summary>
    private Outcome? Elements(ImmutableArray<CrmWord> words, out List<List<string>> sets)
    {
        sets = [];
        List<string>? open = null;
        foreach (var word in words.Where(word => word.Key.Length == 0))
        {
            var text = word.Text;
            if (text[..Math.Min(1, text.Length)] is "(" or "[") (open, text) = ([], text[1..]);
            var closes = text.EndsWith(')') || text.EndsWith(']');
            if (closes) text = text[..^1];
            if (text.Length > 0)
            {
                if (!_resources.Knows(text.Split(':')[0])) return Refused($"there is no resource {ImportNotes.Shown(text)}");
                if (open is null) sets.Add([text]);
                else open.Add(text);
            }

            if (!closes || open is null) continue;
            if (open.Count > 0) sets.Add(open);
            open = null;
        }

        return open is null ? null : Refused("a bracket is never closed");
    }

    private Outcome? Location(ImmutableArray<CrmWord> words)
    {
        var (id, resource) = (words[1].Text, words[2].Text);
        if (id.StartsWith("cli-", StringComparison.Ordinal)) return Noted("left behind by an order to move; groups move by appliance "
            + "switchover");
        if (!_resources.Knows(resource)) return Refused($"there is no resource {ImportNotes.Shown(resource)}");
        var text = string.Join(' ', words.Skip(3).Select(word => word.Text));
        if (text.Contains("ping", StringComparison.Ordinal)) return Noted("a node that no [[ping]] answers does not serve");
        var at = 3;
        while (at < words.Length && (words[at].Key.Length > 0 || words[at].Text == "rule")) at++;
        if (at + 1 >= words.Length || !words[at].Text.EndsWith(':') || CrmResources.Score(words[at].Text[..^1]) is not { } score)
            return Refused("only a score and a node are understood");
        var node = words[at + 1].Text is "#uname" && at + 3 < words.Length && words[at + 2].Text == "eq" ? words[at + 3].Text : words[at
            + 1].Text;
        if (Fit.Problem(Types.Name, node) is { } problem) return Refused(problem);
        if (score < 0) return Refused($"it keeps resources away from {node}; a pair has no other node when the first one is lost");
        if (score == 0) return Noted("a score of 0 means nothing");
        if (_resources.Members(resource).FirstOrDefault() is not { } member) return Noted("what it places is no resource of a group");
        _facts.Nodes.Add(new NodeFact(node, words[at + 1].Place, IsMembership: false));
        if (_preferred.TryGetValue(member, out var known) && known.Score >= score)
            return known.Node == node ? null : Refused($"{known.Node} is preferred already");
        _preferred[member] = (node, score);
        return null;
    }

    private void After(string then, string first)
    {
        if (then == first) return;
        if (!_after.TryGetValue(then, out var set)) _after.Add(then, set = new HashSet<string>(StringComparer.Ordinal));
        set.Add(first);
    }

    private void Join(string one, string other)
    {
        var (first, second) = (Root(one), Root(other));
        if (first != second) _together[second] = first;
    }

    private string Root(string id)
    {
        var root = id;
        while (_together.TryGetValue(root, out var above)) root = above;
        // The way is made short for the next one who asks.
        while (_together.TryGetValue(id, out var above) && above != root) (_together[id], id) = (root, above);
        return root;
    }
}
