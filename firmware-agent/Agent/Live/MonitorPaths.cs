using System.Globalization;
using Appliance.Agent.Status;
using Appliance.Core.Cluster;

namespace Appliance.Agent.Live;

/// <summary>The rows of what connects: heartbeat links, witness, spans. Those that are not fine first. Pure.</summary>
internal static class MonitorPaths
{
    public static void Add(List<MonitorRow> rows, StatusView view, bool full)
    {
        var (bad, fine) = (new List<MonitorRow>(), new List<MonitorRow>());
        foreach (var link in view.Links) (IsWell(link) ? fine : bad).Add(Link(link));
        if (view.Witness is { } witness) (witness.Heard ? fine : bad).Add(Witness(witness));
        Section(rows, "LINKS", bad, fine, full);
        (bad, fine) = ([], []);
        var serves = false;
        foreach (var group in view.Groups) serves |= group.Role == Role.Active;
        foreach (var span in view.Spans)
            (span.SpanAlarms.Length > 0 && span.Configured && serves ? bad : fine).Add(Span(span, serves));
        Section(rows, "SPANS", bad, fine, full);
    }

    private static void Section(List<MonitorRow> rows, string title, List<MonitorRow> bad, List<MonitorRow> fine, bool full)
    {
        if (bad.Count + fine.Count == 0) return;
        MonitorRows.Head(rows, title);
        rows.AddRange(bad);
        if (full) rows.AddRange(fine);
        if (full || fine.Count == 0) return;
        var names = "";
        foreach (var row in fine) names = MonitorRows.And(names, row.Label);
        rows.Add(new MonitorRow(Rank.Fine, $"list of {fine[0].Kind}s")
        {
            Label = $"{fine[0].Kind}s fine", State = fine.Count.ToString(CultureInfo.InvariantCulture), Note = names,
        });
    }

    private static bool IsWell(LinkStatus link) => link is { State: LinkState.Up, PeerHears: not false, Reason.Length: 0 };

    private static MonitorRow Link(LinkStatus link)
    {
        var level = link.State switch
        {
            LinkState.Down => HealthLevel.Critical,
            LinkState.Up when IsWell(link) => HealthLevel.Ok,
            _ => HealthLevel.Warning,
        };
        var note = link.Type == "serial" ? link.Device : $"{link.Type} {link.Device}";
        if (link.PeerHears == false) note = "the peer does not hear us, " + note;
        if (link.Reason.Length > 0) note = $"{link.Reason}, {note}";
        else if (link.State != LinkState.Up) note = $"{MonitorRows.Silence(link.HeardMs)}, {note}";
        return new MonitorRow(level == HealthLevel.Ok ? Rank.Fine : Rank.Concern, "link")
            { Mark = MonitorRows.MarkOf(level), Label = link.Name, State = link.State.ToString(), Level = level, Note = note };
    }

    private static MonitorRow Witness(WitnessStatus witness)
    {
        var level = witness.Heard ? HealthLevel.Ok : HealthLevel.Critical;
        return new MonitorRow(witness.Heard ? Rank.Fine : Rank.Concern, "link")
        {
            Mark = MonitorRows.MarkOf(level), Label = "witness", State = witness.Heard ? "Up" : "Silent", Level = level,
            Note = witness.Heard ? witness.Address : $"{MonitorRows.Silence(witness.HeardMs)}, {witness.Address}",
        };
    }

    private static MonitorRow Span(SpanStatus span, bool serves)
    {
        var alarmed = span.SpanAlarms.Length > 0;
        HealthLevel? level = !alarmed ? HealthLevel.Ok : span.Configured && serves ? HealthLevel.Critical : null;
        var note = alarmed && span.Configured ? span.Advice : span.Configured ? "" : "not configured";
        if (span.Configured)
            note = MonitorRows.And(
                note, string.Create(CultureInfo.InvariantCulture, $"{span.ChannelsInUse} of {span.Channels} channels open"));
        return new MonitorRow(level == HealthLevel.Critical ? Rank.Concern : Rank.Fine, "span")
        {
            Mark = MonitorRows.MarkOf(level), Label = span.Name, State = alarmed ? span.SpanAlarms : "OK", Level = level, Note = note,
        };
    }
}
