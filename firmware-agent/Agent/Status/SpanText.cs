using Appliance.Core.Cluster;

namespace Appliance.Agent.Status;

/// <summary>The part of <c>appliance status</c> that shows telephone lines, and what it means for the verdict.</summary>
internal static class SpanText
{
    public static void Write(StatusPage page, StatusView view)
    {
        if (view.Spans.Count == 0) return;
        page.Title("SPANS");
        var names = view.Spans.Max(span => Label(span).Length);
        foreach (var span in view.Spans)
        {
            var state = span.SpanAlarms.Length > 0 ? span.SpanAlarms : "OK";
            var colour = span.SpanAlarms.Length == 0 ? page.Paint.Good : !span.Configured ? page.Paint.Faint
                : Serves(view) ? page.Paint.Bad : (Func<string, string>)page.Paint.Notice;
            page.Row($"  {Label(span).PadRight(names)}  ", state.PadRight(8), colour, Note(span));
        }
    }

    /// <summary>Where a relay switches the line, the span of the node that does not serve has no signal all the time.</summary>
    public static void Judge(StatusView view, List<string> warning)
    {
        if (!Serves(view)) return;
        foreach (var span in view.Spans)
            if (span.Configured && span.SpanAlarms.Length > 0)
                warning.Add($"span {span.Number} {span.Name} {span.SpanAlarms}: {span.Advice}");
    }

    private static bool Serves(StatusView view) => view.Groups.Any(group => group.Role == Role.Active);

    private static string Label(SpanStatus span) => $"{span.Number}  {span.Name}";

    private static string Note(SpanStatus span)
    {
        var notes = new List<string>();
        if (!span.Configured) notes.Add("not configured");
        else if (span.SpanAlarms.Length > 0) notes.Add(span.Advice);
        if (span.Line.Length > 0) notes.Add(span.Line);
        if (span.Channels > 0 && span.Configured) notes.Add($"{span.ChannelsInUse} of {span.Channels} channels open");
        if (span.IsMaster) notes.Add("clock");
        return string.Join(", ", notes);
    }
}
