using Appliance.Agent.Journal;

namespace Appliance.Agent.Live;

/// <summary>The picture of the live view. Pure: the same news, terminal and size give the same lines.</summary>
public static class MonitorPage
{
    /// <summary>Fewest rows worth an event list, its heading not counted.</summary>
    private const int EventRowsMin = 3;

    /// <summary>Never more lines than the window has, never one that reaches its last column: there, terminals differ in what follows.
    /// What has no room is counted in the last line, the least important first.</summary>
    /// <param name="top">0: what matters, to fit. Else the whole, from this line on.</param>
    public static IReadOnlyList<string> Of(AgentNews? news, Look look, int width, int height, int top = 0)
    {
        var columns = Math.Max(1, width - 1);
        var room = height > 2 ? height - 1 : height;
        var footer = "";
        var lines = news is null ? [Cells.Cut("asking the agent", columns)]
            : top > 0 ? Part(All(news, look, columns), top, room, out footer)
            : Fitted(news, look, columns, room, out footer);
        if (height <= 2) return lines;
        while (lines.Count < room) lines.Add("");
        lines.Add(look.Paint.Faint(Cells.Cut($"q quits{footer}", columns)));
        return lines;
    }

    /// <summary>The last line that can be on top such that the window stays full; 0 when all has room.</summary>
    public static int TopMax(AgentNews? news, Look look, int width, int height) =>
        news is null ? 0 : Math.Max(0, All(news, look, Math.Max(1, width - 1)).Count - Math.Max(1, height - 1) + 1);

    /// <summary>Everything, for paper: as many lines as there are.</summary>
    public static IReadOnlyList<string> Whole(AgentNews news, Look look, int width) => All(news, look, Math.Max(1, width));

    private static List<string> All(AgentNews news, Look look, int columns)
    {
        var rows = MonitorRows.Of(news, full: true);
        if (news.Events.Count > 0) rows.Add(MonitorRows.Blank());
        AddEvents(rows, news.Events, news.Events.Count + 1);
        return Render(rows, look, columns, wrap: true);
    }

    private static List<string> Part(List<string> all, int top, int room, out string footer)
    {
        var first = Math.Clamp(top - 1, 0, Math.Max(0, all.Count - room));
        var count = Math.Min(room, all.Count - first);
        footer = $", arrows scroll; lines {first + 1} to {first + count} of {all.Count}";
        return all.GetRange(first, count);
    }

    // With everything, blank lines, and sentences to their end; else without the blank lines; else a line each, what is fine in one line
    // for all, and then without what matters least.
    private static List<string> Fitted(AgentNews news, Look look, int columns, int room, out string footer)
    {
        footer = "";
        var events = news.Events.Count > 0 ? EventRowsMin + 1 : 0;
        var rows = MonitorRows.Of(news, full: true);
        var lines = Render(rows, look, columns, wrap: true);
        if (lines.Count + events + 1 > room)
        {
            rows.RemoveAll(row => row.Rank == Rank.Blank);
            lines = Render(rows, look, columns, wrap: true);
        }
        else if (events > 0) rows.Add(MonitorRows.Blank());

        if (lines.Count + events <= room)
        {
            lines = Render(rows, look, columns, wrap: true);
            var list = new List<MonitorRow>();
            AddEvents(list, news.Events, room - lines.Count);
            lines.AddRange(Render(list, look, columns, wrap: false));
            return lines;
        }

        rows = MonitorRows.Of(news, full: false, findings: Math.Max(2, room / 3));
        var dropped = Drop(rows, room);
        footer = NotShown(dropped, columns);
        if (room - rows.Count > EventRowsMin) AddEvents(rows, news.Events, room - rows.Count);
        return Render(rows, look, columns, wrap: false);
    }

    private static void AddEvents(List<MonitorRow> rows, IReadOnlyList<EventView> events, int room)
    {
        if (events.Count == 0 || room < 2) return;
        rows.Add(MonitorRows.Title("LAST EVENTS"));
        for (var i = Math.Max(0, events.Count - room + 1); i < events.Count; i++)
            rows.Add(new MonitorRow(Rank.Fine, "event") { Note = EventText.Short(events[i]) });
    }

    /// <summary>Takes out the least important rows, the last of them first, until the others have room. What was taken.</summary>
    private static List<MonitorRow> Drop(List<MonitorRow> rows, int room)
    {
        var dropped = new List<MonitorRow>();
        for (var rank = Rank.Blank; rank > Rank.Always && rows.Count > room; rank--)
            for (var i = rows.Count - 1; i >= 0 && rows.Count > room; i--)
            {
                if (rows[i].Rank != rank) continue;
                dropped.Add(rows[i]);
                rows.RemoveAt(i);
            }

        if (rows.Count > room) rows.RemoveRange(room, rows.Count - room);
        return dropped;
    }

    /// <summary>"; not shown: 2 findings, 1 link", or how many rows where there is no room for that.</summary>
    private static string NotShown(List<MonitorRow> dropped, int columns)
    {
        var (kinds, text, all) = (new List<string>(), "", 0);
        // As on the page: from above.
        for (var i = dropped.Count - 1; i >= 0; i--)
        {
            var kind = dropped[i].Kind;
            if (kind.Length == 0) continue;
            all++;
            if (kinds.Contains(kind)) continue;
            kinds.Add(kind);
            var count = 0;
            foreach (var row in dropped) count += row.Kind == kind ? 1 : 0;
            text += $"{(text.Length == 0 ? ", arrows scroll; not shown: " : ", ")}{count} {kind}{(count == 1 ? "" : "s")}";
        }

        return text.Length + "q quits".Length <= columns ? text
            : $", arrows; {all} rows not shown";
    }

    private static List<string> Render(List<MonitorRow> rows, Look look, int columns, bool wrap)
    {
        var lines = new List<string>();
        var widths = MonitorRow.Columns(rows, look, columns);
        foreach (var row in rows) row.Render(lines, look, columns, widths, wrap);
        return lines;
    }
}
