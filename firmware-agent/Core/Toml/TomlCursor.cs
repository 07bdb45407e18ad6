using System.Globalization;

namespace Appliance.Core.Toml;

/// <summary>A place in the text that moves forward, and the problems found on the way.</summary>
internal sealed class TomlCursor(string text)
{
    /// <summary>What <see cref="Peek"/> gives behind the last character.</summary>
    public const int End = -1;

    private readonly List<TomlProblem> problems = [];
    private int line = 1;
    private int column = 1;

    /// <summary>The problems so far, at most <see cref="TomlReader.ProblemsMax"/>.</summary>
    public IReadOnlyList<TomlProblem> Problems => problems;

    /// <summary>Arrays entered and not left. Tells the recovery that the following lines may be items.</summary>
    public int OpenArrays { get; set; }

    public int Index { get; private set; }

    public TomlPosition At => new(line, column);

    public bool AtEnd => Index >= text.Length;

    public bool AtNewline => Peek() == '\n' || (Peek() == '\r' && Peek(1) == '\n');

    public bool AtControl => IsControl(Peek()) && !AtNewline;

    /// <summary>The UTF-16 unit so far ahead, or <see cref="End"/>.</summary>
    public int Peek(int ahead = 0) => Index + ahead < text.Length ? text[Index + ahead] : End;

    public ReadOnlySpan<char> Since(int start) => text.AsSpan(start, Index - start);

    public void Advance()
    {
        var passed = text[Index++];
        if (passed == '\n') (line, column) = (line + 1, 1);
        else if (!char.IsLowSurrogate(passed)) column++;
    }

    public void Advance(int count)
    {
        for (var i = 0; i < count; i++) Advance();
    }

    public bool Take(char wanted)
    {
        if (Peek() != wanted) return false;
        Advance();
        return true;
    }

    /// <summary>Passes the line ending it stands on, if it does.</summary>
    public bool TakeNewline()
    {
        if (!AtNewline) return false;
        Advance(Peek() == '\r' ? 2 : 1);
        return true;
    }

    /// <summary>Passes spaces and tabs.</summary>
    public void SkipBlanks()
    {
        while (Peek() is ' ' or '\t') Advance();
    }

    public void SkipLine()
    {
        while (!AtEnd && !AtNewline) Advance();
        TakeNewline();
    }

    /// <summary>Passes a comment up to the line's end, if it stands on one.</summary>
    public void SkipComment()
    {
        if (Peek() != '#') return;
        var clean = true;
        while (!AtEnd && !AtNewline)
        {
            if (clean && AtControl) Report($"found {Found}; a comment holds no control characters except tab");
            clean &= !AtControl;
            Advance();
        }
    }

    public void Report(TomlPosition at, string message)
    {
        if (problems.Count < TomlReader.ProblemsMax) problems.Add(new(at, message));
    }

    public void Report(string message) => Report(At, message);

    /// <summary>Reports what stands here instead of what is accepted.</summary>
    public void ReportExpected(string accepted) => Report($"found {Found}; expected {accepted}");

    /// <summary>What stands here, in words.</summary>
    public string Found => AtNewline ? "the end of the line" : Peek() switch
    {
        End => "the end of the file",
        ' ' => "a space",
        '\t' => "a tab",
        '\r' => "a carriage return without a line feed",
        '\'' => "a single quote",
        var control when IsControl(control) => $"the control character U+{control:X4}",
        var high when char.IsHighSurrogate((char)high) => $"'{text.AsSpan(Index, 2)}'",
        var other => $"'{(char)other}'",
    };

    /// <summary>A name or token for a message: shortened, without anything that could disturb a terminal.</summary>
    public static string Quote(ReadOnlySpan<char> name)
    {
        const int shown = 40;
        var quoted = new System.Text.StringBuilder("'");
        foreach (var c in name[..Math.Min(name.Length, shown)])
            quoted.Append(IsInvisible(c) ? $"\\u{(int)c:X4}" : c.ToString());
        if (name.Length > shown)
        {
            if (char.IsHighSurrogate(quoted[^1])) quoted.Length--;
            quoted.Append('…');
        }
        return quoted.Append('\'').ToString();
    }

    private static bool IsInvisible(char c) =>
        char.GetUnicodeCategory(c) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator;

    /// <summary>U+0000 to U+001F except tab, and U+007F: nowhere allowed as themselves.</summary>
    public static bool IsControl(int c) => (c is >= 0 and < 0x20 && c != '\t') || c == 0x7F;
}
