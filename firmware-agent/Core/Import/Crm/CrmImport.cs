using System.Collections.Immutable;
using System.Globalization;
using Appliance.Core.Configuration.Schema;
using Appliance.Core.Import.Resources;
using static Appliance.Core.Import.Outcome;

namespace Appliance.Core.Import.Crm;

/// <summary>Reads the text of <c>crm configure show</c>: commands first, then what they say about each other.</summary>
internal sealed class CrmImport(PairFacts facts, ImportNotes notes)
{
    private readonly CrmResources _resources = new(notes);
    private readonly List<ImmutableArray<CrmWord>> _containers = [];
    private readonly List<ImmutableArray<CrmWord>> _constraints = [];
    private (int Max, string Within) _restarts = (-1, "");

    public void Read(SourceText text)
    {
        foreach (var words in CrmWords.Read(text, notes)) Command(words);
        foreach (var words in _containers) _resources.Container(words);
        _resources.RefuseClones();
        var constraints = new CrmConstraints(_resources, facts, notes);
        foreach (var words in _constraints) constraints.Read(words);
        foreach (var group in constraints.Groups())
            facts.Groups.Add(group with { Resources = [.. group.Resources.Select(WithDefaults)] });
    }

    private ResourceDraft WithDefaults(ResourceDraft draft) => draft with
    {
        RestartsMax = draft.RestartsMax >= 0 ? draft.RestartsMax : _restarts.Max,
        RestartsWithin = draft.RestartsWithin.Length > 0 ? draft.RestartsWithin : _restarts.Within,
    };

    private void Command(ImmutableArray<CrmWord> words)
    {
        var keyword = words[0].Text;
        var place = words[0].Place;
        if (CrmTable.Table.Find(keyword) is not { } directive)
        {
            // crm configure show begins node and property with lines of their own; a prompt or a shell's lines are no commands.
            notes.RefuseUnknown(place, keyword, "command of crm configure", CrmTable.Table);
            return;
        }

        switch (keyword)
        {
            case "node": notes.Take(place, directive, Node(words)); break;
            case "property": Properties(words); break;
            case "rsc_defaults": Defaults(words); break;
            case "primitive" when words.Length < 3: notes.Take(place, directive, Refused("expected a name and a type")); break;
            case "primitive": Primitive(words, directive); break;
            case "group" or "ms" or "master" or "clone" when words.Length < 3:
                notes.Take(place, directive, Refused("expected a name and what is in it"));
                break;
            case "group" or "ms" or "master" or "clone" or "colocation" or "collocation" or "order" or "location"
                when _containers.Count + _constraints.Count >= ImportLimits.ConstraintsMax:
                notes.Take(place, directive, Refused($"more than {ImportLimits.ConstraintsMax} groups and constraints"));
                break;
            case "group" or "ms" or "master" or "clone": _containers.Add(words); break;
            case "colocation" or "collocation" or "order" or "location": _constraints.Add(words); break;
            case "alert": notes.Take(place, directive, Alert(words)); break;
            default: notes.Take(place, directive); break;
        }
    }

    private void Primitive(ImmutableArray<CrmWord> words, Directive directive)
    {
        var (id, place) = (words[1].Text, words[0].Place);
        if (_resources.Knows(id)) notes.Take(place, directive, Refused($"{ImportNotes.Shown(id)} for the second time"));
        else if (_resources.Count >= ImportLimits.ResourcesMax)
            notes.Take(place, directive, Refused($"more than {ImportLimits.ResourcesMax} resources"));
        else _resources.Add(id, new CrmPrimitive(facts, notes).Read(words));
    }

    /// <summary><c>node [NUMBER:] NAME</c>, or with <c>$id="NUMBER"</c>.</summary>
    private Outcome? Node(ImmutableArray<CrmWord> words)
    {
        long id = 0;
        foreach (var word in words.Skip(1))
        {
            if (word.Key == "id") long.TryParse(word.Value, NumberStyles.None, CultureInfo.InvariantCulture, out id);
            else if (word.Text.EndsWith(':')
                && long.TryParse(word.Text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number)) id = number;
            else
            {
                var name = word.Text.Split(':')[0];
                if (Fit.Problem(Types.Name, name) is { } problem) return Refused(problem);
                facts.Nodes.Add(new NodeFact(name, word.Place, IsMembership: true, id));
                return words.Any(one => one.Key == "standby" && one.Value is "on" or "true")
                    ? Mapped("[[node]]; that it stands by is an order of the moment: appliance standby") : null;
            }
        }

        return Refused("it has no name");
    }

    private void Properties(ImmutableArray<CrmWord> words)
    {
        foreach (var word in words.Skip(1))
        {
            if (word.Key.Length == 0 && word.Text.EndsWith(':')) continue; // The name of the set.
            if (word.Key is "id") continue;
            if (CrmTable.Properties.Find(word.Key) is not { } directive)
                notes.RefuseUnknown(word.Place, word.Key.Length > 0 ? word.Key : word.Text, "property", CrmTable.Properties);
            else notes.Take(word.Place, directive, word.Key == "cluster-name" ? Name(word) : null);
        }
    }

    private Outcome? Name(CrmWord word)
    {
        if (Fit.Problem(Types.Name, word.Value) is { } problem) return Refused(problem);
        facts.Set("cluster.name", word.Value, word.Place);
        return null;
    }

    private void Defaults(ImmutableArray<CrmWord> words)
    {
        foreach (var word in words.Skip(1).Where(word => word.Key is not ("" or "id")))
        {
            if (CrmTable.Options.Find($"meta {word.Key}") is not { } directive)
            {
                notes.RefuseUnknown(word.Place, word.Key, "option of rsc_defaults", CrmTable.Options);
                continue;
            }

            notes.Take(word.Place, directive, word.Key switch
            {
                "resource-stickiness" => _resources.Stickiness(word.Value),
                "migration-threshold" => CrmRestarts.Max(word.Value, out _restarts.Max),
                "failure-timeout" => CrmRestarts.Within(word.Value, out _restarts.Within),
                _ => null,
            });
        }
    }

    private Outcome? Alert(ImmutableArray<CrmWord> words)
    {
        var to = words.SkipWhile(word => word.Text != "to").Skip(1).Select(word => word.Text).FirstOrDefault("");
        if (!to.Contains('@', StringComparison.Ordinal)) return Refused("a program that is called on events; events are in appliance "
            + "events");
        facts.Alerts.Add(new AlertFact(to, "", words[0].Place));
        return Refused("its mail server is not in the file; a comment with [alert.mail] keeps the address");
    }
}
