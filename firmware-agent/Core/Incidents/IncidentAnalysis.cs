namespace Appliance.Core.Incidents;

/// <summary>Reads an incident out of its events: pure, and done again whenever more of them are known.</summary>
public static class IncidentAnalysis
{
    /// <summary>What nobody told.</summary>
    public const string Unknown = "unknown: no event tells why";

    /// <summary>What lies further back belongs to an incident before: one ends only when all was well for longer. The silence of a node is
    /// followed back as far as it goes.</summary>
    public const long LookBackMs = 2500;

    /// <summary>The record with cause, groups and phases as its events have them.</summary>
    /// <param name="record">With the events of both nodes, in any order.</param>
    public static Incident Of(Incident record, IncidentRules rules)
    {
        var entries = Sorted(record.Events);
        var recent = entries.FindAll(static entry => entry.AtMs >= -LookBackMs || entry.Kind == "peer");
        var causes = IncidentCause.All(recent, record.Node, record.Peer);
        var cause = causes.Count > 0 ? causes[0] : null;
        var (groups, phases) = (new List<IncidentGroup>(), new List<IncidentPhase>());
        foreach (var name in Touched(recent))
        {
            var story = new GroupStory(rules, recent, name, record.Node, record.Peer, ServerBefore(entries, name));
            groups.Add(Group(story));
            phases.AddRange(GroupPhases.Of(story, rules, recent, cause));
        }

        var also = new List<string>();
        for (var number = 1; number < causes.Count; number++) also.Add(causes[number].Words);
        return record with
        {
            Planned = cause is { Planned: true }, Cause = cause?.Words ?? Unknown, Also = also, Groups = groups, Phases = phases,
            Events = entries,
        };
    }

    /// <summary>Events of one node within the bound: the first three quarters and the last quarter.</summary>
    /// <param name="left">How many were left out.</param>
    public static List<IncidentEntry> Bounded(List<IncidentEntry> events, out int left)
    {
        left = Math.Max(0, events.Count - Incident.EventsMax);
        if (left == 0) return events;
        const int first = Incident.EventsMax * 3 / 4;
        var kept = events.GetRange(0, first);
        kept.AddRange(events.GetRange(events.Count - (Incident.EventsMax - first), Incident.EventsMax - first));
        return kept;
    }

    private static List<IncidentEntry> Sorted(IReadOnlyList<IncidentEntry> events)
    {
        var entries = new List<IncidentEntry>(events);
        entries.Sort(static (left, right) =>
        {
            var order = left.AtMs.CompareTo(right.AtMs);
            if (order == 0) order = string.CompareOrdinal(left.Node, right.Node);
            return order != 0 ? order : left.Serial.CompareTo(right.Serial);
        });
        return entries;
    }

    /// <summary>Who served when it began, where the events reach back so far; null: they do not tell.</summary>
    private static string? ServerBefore(List<IncidentEntry> entries, string group)
    {
        string? server = null;
        foreach (var entry in entries)
        {
            if (entry.AtMs >= -LookBackMs || !entry.IsRole || entry.Group != group) continue;
            if (entry.To == "Active") server = entry.Node;
            else if (entry.Node == server) server = null;
        }

        return server;
    }

    /// <summary>Groups with a role that changed or a resource that left its place, in the order of their events.</summary>
    private static List<string> Touched(List<IncidentEntry> entries)
    {
        var names = new List<string>();
        foreach (var entry in entries)
        {
            if (entry.Group is not { } name || names.Contains(name)) continue;
            if (entry.IsRole || entry is { Kind: "resource", From: "Started", Resource: not null }) names.Add(name);
        }

        return names;
    }

    private static IncidentGroup Group(GroupStory story)
    {
        if (story.From is null && story.Silences.Count == 0)
        {
            var begins = story.To is null ? "it was not served, and is not" : "it is not known that it was served before";
            return new IncidentGroup(story.Name, null, story.To, begins, null, null, null, null, null);
        }

        if (story.Silences.Count == 0)
            return new IncidentGroup(story.Name, story.From, story.To, "nothing", null, null, 0, 0, null);
        var (first, last) = (story.Silences[0], story.Silences[^1]);
        if (last.ToMs is null)
            return new IncidentGroup(
                story.Name, story.From, story.To, $"{What(first)}silence since {SilentWords.Seconds(last.FromMs)}; it does not serve yet",
                first.FromMs, null, null, null, null);
        long total = 0;
        long? error = 0;
        foreach (var silence in story.Silences) (total, error) = (total + (silence.ToMs!.Value - silence.FromMs), error + silence.ErrorMs);
        var parts = story.Silences.Count > 1 ? $"{story.Silences.Count} silences, together " : "silence of ";
        var words = $"{What(first)}{parts}{SilentWords.Seconds(total)}{GiveOrTake(error)}";
        return new IncidentGroup(story.Name, story.From, story.To, words, first.FromMs, last.ToMs, total, error, null);
    }

    private static string What(GroupSilence silence) => silence.What is { } name ? $"{name}: " : "";

    private static string GiveOrTake(long? error) => error switch
    {
        null => ", by wall clocks that nobody checked",
        0 => "",
        { } span => $", give or take {SilentWords.Seconds(span)}",
    };
}
