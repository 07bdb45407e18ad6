namespace Appliance.Core.Incidents;

/// <summary>The phases of one group: the marks that its events set, in time order.</summary>
internal static class GroupPhases
{
    private sealed record Mark(string Name, IncidentEntry Entry, int Rank);

    /// <param name="cause">First cause of the incident; null: unknown.</param>
    public static List<IncidentPhase> Of(
        GroupStory story, IncidentRules rules, IReadOnlyList<IncidentEntry> entries, IncidentCause? cause)
    {
        var marks = new List<Mark>();
        var taking = story.Own.LastOrDefault(entry => entry.IsRole && entry.To == "Activating");
        var serving = story.Own.LastOrDefault(entry => entry.IsRole && entry.To == "Active");
        var decided = story.Own.FirstOrDefault(entry => entry.IsRole && (entry.From == "Active" || entry.To == "Activating"));
        if (taking is not null && taking.Node != story.From && story.LastSign(taking) is { } sign)
        {
            Add(marks, IncidentMarks.LastSign, sign);
            Add(marks, IncidentMarks.Noticed, entries.FirstOrDefault(entry => entry.Node == taking.Node && entry.Kind == "peer"
                && entry.AtMs >= sign.AtMs && entry.To is "Late" or "Dead"));
            Add(marks, IncidentMarks.Asked, story.Own.LastOrDefault(entry => entry.Kind == "evidence" && entry.Node == taking.Node));
        }
        else if (cause is not null && (decided is null || cause.AtMs <= decided.AtMs)) Add(marks, IncidentMarks.Noticed, cause.Entry);

        if (decided is null) Local(marks, story);
        else Add(marks, IncidentMarks.Decided, decided);
        Add(marks, IncidentMarks.Fenced, entries.FirstOrDefault(entry => entry.Kind == "fence"
            && entry.Text.Contains(" is off, says", StringComparison.Ordinal)));
        Add(marks, IncidentMarks.Released, story.Own.FirstOrDefault(entry => entry.IsRole && entry.Node == story.From
            && entry.From == "Deactivating" && entry.To is "Passive" or "Failed"));
        if (taking is not null && serving is not null && taking.Node == serving.Node) Started(marks, story, rules, taking, serving);
        if (serving is not null) Add(marks, IncidentMarks.Serving, serving);
        return Phases(marks, story.Name);
    }

    /// <summary>The group stayed where it was: a restart on the spot.</summary>
    private static void Local(List<Mark> marks, GroupStory story)
    {
        if (story.Silences.Count == 0) return;
        var silence = story.Silences[0];
        var resources = story.Own.Where(entry => entry.Kind == "resource" && entry.Node == story.From && entry.AtMs >= silence.FromMs);
        var list = resources.ToList();
        Add(marks, IncidentMarks.Decided, list.FirstOrDefault(entry => entry.To is "Starting" or "Stopping"));
        if (silence.ToMs is not { } end) return;
        var last = list.LastOrDefault(entry => entry.AtMs <= end && entry.To == "Started");
        Add(marks, IncidentMarks.ServicesStarted, list.FirstOrDefault(entry => entry.Resource == silence.What && entry.To == "Started"));
        Add(marks, IncidentMarks.Serving, last);
    }

    private static void Started(List<Mark> marks, GroupStory story, IncidentRules rules, IncidentEntry taking, IncidentEntry serving)
    {
        foreach (var entry in story.Own)
        {
            if (entry.Node != taking.Node || entry.AtMs < taking.AtMs || entry.AtMs > serving.AtMs) continue;
            if (entry is not { Kind: "resource", To: "Started", Resource: not null }) continue;
            var name = rules.KindOf(entry) switch
            {
                "replica" => IncidentMarks.DiskPrimary,
                "ip" => IncidentMarks.AddressMoved,
                "service" or "lsb" or "ocf" or "exec" => IncidentMarks.ServicesStarted,
                "tdm" => IncidentMarks.LineSteered,
                _ => "",
            };
            if (name.Length == 0) continue;
            // The last one of a kind counts.
            marks.RemoveAll(mark => mark.Name == name);
            Add(marks, name, entry);
        }
    }

    private static void Add(List<Mark> marks, string name, IncidentEntry? entry)
    {
        if (entry is not null) marks.Add(new Mark(name, entry, marks.Count));
    }

    private static List<IncidentPhase> Phases(List<Mark> marks, string group)
    {
        var phases = new List<IncidentPhase>();
        marks.Sort(static (left, right) =>
            left.Entry.AtMs != right.Entry.AtMs ? left.Entry.AtMs.CompareTo(right.Entry.AtMs) : left.Rank.CompareTo(right.Rank));
        Mark? before = null;
        foreach (var mark in marks)
        {
            var same = before is null || before.Entry.Node == mark.Entry.Node;
            phases.Add(new IncidentPhase(
                mark.Name, group, mark.Entry.Node, mark.Entry.AtMs, before is null ? 0 : mark.Entry.AtMs - before.Entry.AtMs,
                same && (mark.Entry.ErrorMs is not null) ? 0 : mark.Entry.ErrorMs + before?.Entry.ErrorMs));
            before = mark;
        }

        return phases;
    }
}
