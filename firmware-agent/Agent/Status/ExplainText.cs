using System.Collections.Immutable;
using System.Globalization;
using Appliance.Agent.Journal;
using Appliance.Core.Cluster;

namespace Appliance.Agent.Status;

/// <summary>What <c>appliance explain</c> shows of one group.</summary>
public static class ExplainText
{
    /// <summary>The lines, without line ends, none wider than <paramref name="width"/> columns (colour codes not counted).</summary>
    /// <param name="events">How it came here, oldest first.</param>
    public static IReadOnlyList<string> Of(GroupExplanation group, IReadOnlyList<EventView> events, Paint paint, int width = 80)
    {
        var page = new StatusPage(paint, Math.Max(width, StatusText.WidthMin));
        page.Line(
            group.ServedBy is { } node
                ? string.Create(CultureInfo.InvariantCulture, $"{group.Group} is held by {node} (term {group.Term})")
                : $"{group.Group} is held by nobody this node hears of",
            group.ServedBy is null ? paint.Bad : paint.Strong);
        Each(page, "WHY", group.Why);
        page.Title("WHO COULD SERVE IT");
        foreach (var one in group.Nodes) Node(page, one);
        Each(page, "WHAT WOULD MOVE IT", group.Next);
        if (events.Count > 0) page.Title("HOW IT CAME HERE");
        foreach (var happened in events) page.Wrapped("  ", EventText.Of(happened), static text => text);
        page.Line("", static text => text);
        return page.Lines;
    }

    private static void Node(StatusPage page, NodeExplanation node)
    {
        var (word, colour) = node.Fit switch
        {
            null => ("not heard", page.Paint.Bad),
            true => (string.Create(CultureInfo.InvariantCulture, $"fit, score {node.Score}"), page.Paint.Good),
            _ => ("not fit", (Func<string, string>)page.Paint.Notice),
        };
        page.Line($"  {node.Node}: {(node.Role is { } role ? $"{role}, " : "")}{word}", colour);
        foreach (var reason in node.Reasons) page.Wrapped("    ", reason, static text => text);
    }

    private static void Each(StatusPage page, string title, ImmutableArray<string> sentences)
    {
        page.Title(title);
        foreach (var sentence in sentences) page.Wrapped("  ", sentence, static text => text);
    }
}
