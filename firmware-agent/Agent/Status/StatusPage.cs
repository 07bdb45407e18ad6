namespace Appliance.Agent.Status;

/// <summary>Collects lines of bounded width. Colour is put on after measuring.</summary>
internal sealed class StatusPage(Paint paint, int width)
{
    private readonly List<string> _lines = [];

    public Paint Paint { get; } = paint;

    public IReadOnlyList<string> Lines => _lines;

    /// <summary>One line, cut at the width.</summary>
    public void Line(string text, Func<string, string> colour) => _lines.Add(colour(Cut(Words.Clean(text), width)));

    /// <summary>An empty line and a heading.</summary>
    public void Title(string text)
    {
        _lines.Add("");
        Line(text, Paint.Strong);
    }

    /// <summary>A label, a coloured state and a note. A note that does not fit goes on below the state.</summary>
    public void Row(string label, string state, Func<string, string> colour, string note)
    {
        var start = Math.Min(label.Length + state.Length + 1, width / 2);
        var parts = Broken(Words.Clean(note), width - start);
        var fits = label.Length + state.Length + 1 + parts[0].Length <= width;
        var first = fits ? parts[0] : "";
        _lines.Add($"{Cut(label, width - state.Length)}{colour(state)} {first}".TrimEnd());
        foreach (var part in fits ? parts.Skip(1) : parts) _lines.Add(new string(' ', start) + part);
    }

    /// <summary>A sentence broken between words; later lines stand below the first word.</summary>
    public void Wrapped(string label, string text, Func<string, string> colour)
    {
        var parts = Broken(Words.Clean(text), width - label.Length);
        for (var i = 0; i < parts.Count; i++)
            _lines.Add(colour((i == 0 ? label : new string(' ', label.Length)) + parts[i]));
    }

    private static string Cut(string text, int length) =>
        text.Length <= length ? text : string.Concat(text.AsSpan(0, Math.Max(0, length - 1)), "~");

    /// <summary>At least one part, each at most <paramref name="length"/> long; a longer word is cut hard.</summary>
    private static List<string> Broken(string text, int length)
    {
        var parts = new List<string>();
        var rest = text.AsSpan().Trim();
        while (rest.Length > length)
        {
            var space = rest[..(length + 1)].LastIndexOf(' ');
            var end = space > 0 ? space : length;
            parts.Add(rest[..end].TrimEnd().ToString());
            rest = rest[end..].TrimStart();
        }

        parts.Add(rest.ToString());
        return parts;
    }
}
