using System.Collections.Immutable;
using System.Globalization;

namespace Appliance.Core.Panel;

/// <summary>
/// What a display of so many columns and rows shows: the overview first, then what the button pages through. Every line is exactly as wide
/// as the display and holds nothing but printable ASCII, because that is what the chips have.
/// </summary>
public static class PanelScreens
{
    /// <summary>More screens than anybody pages through.</summary>
    public const int ScreensMax = 32;

    private const int TextMax = 400;

    /// <summary>All screens, at least one.</summary>
    public static ImmutableArray<ImmutableArray<string>> Of(PanelFacts facts, int columns, int rows)
    {
        var picture = PanelPicture.Of(facts);
        var screens = new List<ImmutableArray<string>>();
        Page(screens, Title(picture, facts), Overview(facts), columns, rows);
        Page(screens, "NODES", Nodes(facts), columns, rows);
        Page(screens, "LINKS", facts.Links, columns, rows);
        Page(screens, "ADDRESSES", facts.Addresses, columns, rows);
        Page(screens, "LINES", facts.Lines, columns, rows);
        return [.. screens.Take(ScreensMax)];
    }

    /// <summary>One screen with a title and a text, for questions and answers; what does not fit is left out.</summary>
    public static ImmutableArray<string> Message(string title, string text, int columns, int rows)
    {
        var screens = new List<ImmutableArray<string>>();
        Page(screens, title, [text], columns, rows);
        return screens[0];
    }

    /// <summary>A text as one line of the display.</summary>
    public static string Line(string text, int columns)
    {
        var clean = Clean(text);
        return clean.Length > columns ? string.Concat(clean.AsSpan(0, columns - 1), "~") : clean.PadRight(columns);
    }

    private static string Title(PanelPicture picture, PanelFacts facts) =>
        picture.State == PanelState.Syncing && facts.Copied is { } copied
            ? string.Create(CultureInfo.InvariantCulture, $"COPYING {copied} %") : PanelTable.Of(picture.State).Title;

    private static IEnumerable<string> Overview(PanelFacts facts)
    {
        if (!facts.AgentRuns) return [facts.Node];
        if (!facts.Reasons.IsEmpty) return facts.Reasons;
        return facts.PeerHeard ? [$"{facts.Node} + {facts.Peer}"] : [facts.Node];
    }

    private static IEnumerable<string> Nodes(PanelFacts facts)
    {
        if (!facts.AgentRuns) yield break;
        foreach (var group in facts.Groups)
        {
            yield return $"{facts.Node} {group.Name}: {group.Role}";
            yield return $"{facts.Peer} {group.Name}: {(facts.PeerHeard && group.PeerRole is { } role ? role.ToString() : "not heard")}";
        }
    }

    /// <summary>The title on each screen, and below it as many lines as fit.</summary>
    private static void Page(
        List<ImmutableArray<string>> screens, string title, IEnumerable<string> texts, int columns, int rows)
    {
        var lines = texts.SelectMany(text => Wrapped(Clean(text), columns)).Take(ScreensMax * rows).ToArray();
        if (lines.Length == 0 && screens.Count > 0) return;
        foreach (var chunk in lines.Length == 0 ? [[]] : lines.Chunk(Math.Max(1, rows - 1)))
            screens.Add([Line(title, columns), .. chunk.Concat(Selection.Repeat("", rows)).Take(rows - 1)
                .Select(line => Line(line, columns))]);
    }

    private static IEnumerable<string> Wrapped(string text, int columns)
    {
        var rest = text.Trim();
        while (rest.Length > columns)
        {
            var space = rest.LastIndexOf(' ', columns);
            var end = space > 0 ? space : columns;
            yield return rest[..end].TrimEnd();
            rest = rest[end..].TrimStart();
        }

        if (rest.Length > 0) yield return rest;
    }

    private static string Clean(string text) =>
        string.Concat(text.Take(TextMax).Select(letter => letter is >= ' ' and <= '~' ? letter : letter < ' ' ? ' ' : '?'));
}
