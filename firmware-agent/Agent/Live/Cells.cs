using System.Globalization;
using System.Text;

namespace Appliance.Agent.Live;

/// <summary>Text of others on a grid of character cells: it can neither steer the terminal nor be wider than we think. Pure.</summary>
public static class Cells
{
    /// <summary>Letters of a text that are looked at; no window shows more of one.</summary>
    private const int LettersMax = 4096;

    /// <summary>Marks above and below one letter. More of them reach into the lines beside.</summary>
    private const int MarksMax = 2;

    /// <summary>First and last of what takes two cells: East Asian Width W and F of Unicode's annex 11, without what Tame does not let
    /// through.</summary>
    private static ReadOnlySpan<int> Wide =>
    [
        0x1100, 0x115f, 0x2e80, 0x303e, 0x3041, 0xa4cf, 0xa960, 0xa97f, 0xac00, 0xd7a3, 0xf900, 0xfaff, 0xfe30, 0xfe6f, 0xff01, 0xff60,
        0xffe0, 0xffe6, 0x16fe0, 0x18dff, 0x1aff0, 0x1b2ff, 0x20000, 0x3fffd,
    ];

    /// <summary>What terminals disagree on in width (pictures, flags, joined letters) becomes a question mark, what cannot be seen
    /// (joiners, direction marks) goes.</summary>
    /// <param name="utf8">False: nothing but ASCII is left.</param>
    public static string Tame(string text, bool utf8)
    {
        if (text.Length <= LettersMax && !text.AsSpan().ContainsAnyExceptInRange(' ', '~')) return text;
        var tame = new StringBuilder();
        var marks = MarksMax;
        foreach (var rune in text.AsSpan(0, Math.Min(text.Length, LettersMax)).EnumerateRunes())
        {
            var kind = Rune.GetUnicodeCategory(rune);
            var isMark = kind is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark;
            if (kind == UnicodeCategory.Format || IsModifier(rune.Value)) continue;
            if (isMark && (!utf8 || marks++ >= MarksMax)) continue;
            if (!isMark) marks = 0;
            if (rune.Value is '\n' or '\t' || kind is UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator) tame.Append(' ');
            // Without it 73 °C is 73 C.
            else if (rune.Value == '°' && !utf8) continue;
            else if (rune.IsAscii ? rune.Value is < ' ' or > '~' : !utf8 || IsUnsure(rune.Value, kind)) tame.Append('?');
            else tame.Append(rune);
        }

        return tame.ToString();
    }

    /// <summary>Variation selectors and skin tones: they change the width of the letter before.</summary>
    private static bool IsModifier(int rune) => rune is >= 0xfe00 and <= 0xfe0f or >= 0x1f3fb and <= 0x1f3ff;

    private static bool IsUnsure(int rune, UnicodeCategory kind) =>
        kind is UnicodeCategory.Control or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
        || rune is 0xfffd or >= 0x1160 and <= 0x11ff or >= 0xd7b0 and <= 0xd7ff or >= 0x1f000 and <= 0x1fbff
        || (kind == UnicodeCategory.OtherSymbol && rune is >= 0x2300 and <= 0x23ff or >= 0x25fd and <= 0x25fe or >= 0x2600 and <= 0x27bf
            or >= 0x2b00 and <= 0x2bff);

    /// <summary>Cells that a tame text takes.</summary>
    public static int Count(ReadOnlySpan<char> tame)
    {
        _ = Take(tame, int.MaxValue, out var cells);
        return cells;
    }

    /// <summary>The text, or as much of it as there is room for and a tilde.</summary>
    public static string Cut(string tame, int columns)
    {
        if (Count(tame) <= columns) return tame;
        return columns < 1 ? "" : $"{tame.AsSpan(0, Take(tame, columns - 1, out _))}~";
    }

    /// <summary>The text, cut or filled to exactly so many cells.</summary>
    public static string Fill(string tame, int columns)
    {
        var cut = Cut(tame, columns);
        return cut + new string(' ', Math.Max(0, columns - Count(cut)));
    }

    /// <summary>The text in parts of at most so many cells, broken between words where there are some.</summary>
    public static List<string> Wrap(string tame, int columns)
    {
        var parts = new List<string>();
        var rest = tame.AsSpan().Trim();
        while (Take(rest, columns, out _) is var end && end < rest.Length)
        {
            // Not even one wide letter fits: it goes.
            if (end == 0) end = 1;
            var space = rest[..(end + 1)].LastIndexOf(' ');
            if (space > 0) end = space;
            parts.Add(Cut(rest[..end].TrimEnd().ToString(), columns));
            rest = rest[end..].TrimStart();
        }

        parts.Add(rest.ToString());
        return parts;
    }

    /// <summary>How many characters fit, marks with their letter.</summary>
    private static int Take(ReadOnlySpan<char> tame, int columns, out int cells)
    {
        cells = 0;
        var end = 0;
        foreach (var rune in tame.EnumerateRunes())
        {
            var width = Width(rune);
            if (cells + width > columns) return end;
            cells += width;
            end += rune.Utf16SequenceLength;
        }

        return end;
    }

    private static int Width(Rune rune)
    {
        if (rune.Value < 0x300) return 1;
        if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark) return 0;
        for (var i = 0; i < Wide.Length; i += 2)
            if (rune.Value >= Wide[i] && rune.Value <= Wide[i + 1]) return 2;
        return 1;
    }
}
