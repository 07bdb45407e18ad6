using Appliance.Agent.Journal;
using Appliance.Agent.Status;

namespace Appliance.Agent.Live;

/// <summary>The lines of the live view. Pure.</summary>
public static class MonitorPage
{
    /// <summary>Fewest rows worth an event list, its heading not counted.</summary>
    private const int EventRowsMin = 3;

    /// <summary>The blank line and the heading above the events.</summary>
    private const int HeadingRows = 2;

    /// <summary>Status, and events as far as the screen has room for them.</summary>
    /// <param name="view">Null: none yet.</param>
    /// <param name="events">Newest last.</param>
    /// <param name="problem">Why the view is old; empty: it is not.</param>
    public static IReadOnlyList<string> Of(
        StatusView? view, IReadOnlyList<EventView> events, string problem, Paint paint, int width, int height)
    {
        var page = new StatusPage(paint, Math.Max(width, StatusText.WidthMin));
        if (problem.Length > 0) page.Wrapped("", view is null ? problem : $"NOT CURRENT, trying again: {problem}", paint.Bad);
        var lines = new List<string>(page.Lines);
        if (view is null) return lines;
        // On a small screen the blank lines go first.
        var status = StatusText.Of(view, paint, width);
        if (lines.Count + status.Count + HeadingRows + EventRowsMin > height - 1) status = [.. status.Where(line => line.Length > 0)];
        lines.AddRange(status);
        var room = height - 1 - lines.Count - HeadingRows;
        if (room < EventRowsMin || events.Count == 0) return lines;
        var tail = new StatusPage(paint, Math.Max(width, StatusText.WidthMin));
        tail.Title("LAST EVENTS");
        foreach (var happened in events.Skip(events.Count - room)) tail.Line(EventText.Short(happened), text => text);
        lines.AddRange(tail.Lines);
        return lines;
    }
}
