using Appliance.Agent.Status;

namespace Appliance.Agent.Live;

/// <summary>What a row is worth where there is no room for all, most important first.</summary>
internal enum Rank
{
    Always,
    Critical,
    Place,
    Concern,
    Fact,
    Fine,
    Title,
    Blank,
}

/// <summary>A row of the live view before it is laid out: a mark, a label, a state, a note.</summary>
internal sealed class MonitorRow(Rank rank, string kind)
{
    /// <summary>Cells of the mark.</summary>
    private const int MarkCells = 3;

    /// <summary>Widest state that stands in its column: Deactivating, WFConnection.</summary>
    private const int StateCellsMax = 12;

    public Rank Rank { get; } = rank;

    /// <summary>What it is one of, for the count of what is not shown; empty: it is not counted.</summary>
    public string Kind { get; } = kind;

    /// <summary>"!!": service is lost or at risk; "!": something is not as it should be. Colour says it again.</summary>
    public string Mark { get; init; } = "";

    public string Label { get; init; } = "";

    public string State { get; init; } = "";

    public string Note { get; init; } = "";

    /// <summary>Stands at the end of the line.</summary>
    public string Right { get; init; } = "";

    /// <summary>Of the state, or of the whole row if it has none; null: plain.</summary>
    public HealthLevel? Level { get; init; }

    public bool IsTitle => Rank == Rank.Title;

    /// <summary>Cells of the columns that these rows have in common.</summary>
    public static (int Label, int State) Columns(List<MonitorRow> rows, Look look, int columns)
    {
        var (label, state) = (0, 0);
        foreach (var row in rows)
        {
            label = Math.Max(label, Cells.Count(Cells.Tame(row.Label, look.Utf8)));
            state = Math.Max(state, Cells.Count(Cells.Tame(row.State, look.Utf8)));
        }

        return (Math.Min(label, columns / 3), Math.Min(state, StateCellsMax));
    }

    /// <summary>Its lines: one, or with <paramref name="wrap"/> as many as the note needs.</summary>
    public void Render(List<string> lines, Look look, int columns, (int Label, int State) widths, bool wrap)
    {
        if (Rank == Rank.Blank) lines.Add("");
        else if (State.Length == 0 && Label.Length == 0) Whole(lines, look, columns, wrap);
        else InColumns(lines, look, columns, widths, wrap);
    }

    private void Whole(List<string> lines, Look look, int columns, bool wrap)
    {
        var start = IsTitle || Right.Length > 0 ? "" : Cells.Fill(Mark, MarkCells);
        var (note, right) = (Cells.Tame(Note, look.Utf8), Cells.Tame(Right, look.Utf8));
        if (right.Length > 0)
        {
            // The clock stands apart and without colour: what changes every second is short. In a narrow window it has no date.
            if (columns < 2 * right.Length) right = right[(right.IndexOf(' ') + 1)..];
            var left = columns - right.Length - 1;
            lines.Add(left < right.Length ? Cells.Cut(note, columns) : $"{Cells.Fill(note, left)} {right}");
            return;
        }

        var room = Math.Max(1, columns - start.Length);
        var parts = wrap ? Cells.Wrap(note, room) : [Cells.Cut(note, room)];
        for (var i = 0; i < parts.Count; i++)
            lines.Add(Colour(look, Cells.Cut((i == 0 ? start : new string(' ', start.Length)) + parts[i], columns)));
    }

    private void InColumns(List<string> lines, Look look, int columns, (int Label, int State) widths, bool wrap)
    {
        var label = Cells.Fill(Mark, MarkCells) + Cells.Fill(Cells.Tame(Label, look.Utf8), widths.Label) + "  ";
        var state = Cells.Fill(Cells.Tame(State, look.Utf8), widths.State);
        var start = MarkCells + widths.Label + 2 + widths.State + 2;
        var room = columns - start;
        if (room < 1)
        {
            lines.Add(Cells.Cut(label + state, columns).TrimEnd());
            return;
        }

        var note = Cells.Tame(Note, look.Utf8);
        var parts = wrap ? Cells.Wrap(note, room) : [Cells.Cut(note, room)];
        lines.Add($"{label}{Colour(look, state)}  {parts[0]}".TrimEnd());
        for (var i = 1; i < parts.Count; i++) lines.Add(new string(' ', start) + parts[i]);
    }

    private string Colour(Look look, string text) => (IsTitle, Level) switch
    {
        (true, _) => look.Paint.Strong(text),
        (_, HealthLevel.Ok) => look.Paint.Good(text),
        (_, HealthLevel.Warning) => look.Paint.Notice(text),
        (_, HealthLevel.Critical) => look.Paint.Bad(text),
        _ => text,
    };
}
