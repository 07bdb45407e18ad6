using System.Text;

namespace Appliance.Core.Toml;

/// <summary>
/// Reads the four kinds of strings. Null after a string that does not end; other problems are reported and reading goes on.
/// </summary>
/// <remarks>Line endings inside multi-line strings become LF, the platform's own.</remarks>
internal static class TomlStrings
{
    /// <summary>Any string, as a value.</summary>
    public static string? Read(TomlCursor cursor)
    {
        var quote = (char)cursor.Peek();
        if (cursor.Peek(1) == quote && cursor.Peek(2) == quote) return ReadMultiLine(cursor, quote);
        return quote == '"' ? ReadBasic(cursor) : ReadLiteral(cursor);
    }

    /// <summary>"…" on one line.</summary>
    public static string? ReadBasic(TomlCursor cursor)
    {
        var text = new StringBuilder();
        cursor.Advance();
        while (!cursor.Take('"'))
        {
            if (IsUnclosed(cursor, '"')) return null;
            if (cursor.Peek() == '\\') TomlEscapes.Read(cursor, text);
            else Copy(cursor, text);
        }
        return text.ToString();
    }

    /// <summary>'…' on one line, nothing in it means anything but itself.</summary>
    public static string? ReadLiteral(TomlCursor cursor)
    {
        var text = new StringBuilder();
        cursor.Advance();
        while (!cursor.Take('\''))
        {
            if (IsUnclosed(cursor, '\'')) return null;
            Copy(cursor, text);
        }
        return text.ToString();
    }

    private static bool IsUnclosed(TomlCursor cursor, char quote)
    {
        if (!cursor.AtEnd && !cursor.AtNewline) return false;
        cursor.ReportExpected($"the string's closing {(quote == '"' ? "'\"'" : "single quote")} on the same line");
        return true;
    }

    private static string? ReadMultiLine(TomlCursor cursor, char quote)
    {
        var opened = cursor.At;
        var text = new StringBuilder();
        cursor.Advance(3);
        cursor.TakeNewline();
        while (!TakeClosing(cursor, quote, text))
        {
            if (cursor.AtEnd)
            {
                cursor.Report(opened, "the string opened here does not end; expected three quotes before the end of the file");
                return null;
            }
            if (cursor.TakeNewline()) text.Append('\n');
            else if (cursor.Peek() == '\\' && quote == '"') TomlEscapes.ReadMultiLine(cursor, text);
            else Copy(cursor, text);
        }
        return text.ToString();
    }

    /// <summary>Passes a run of quotes. Three end the string; one or two before those belong to it.</summary>
    private static bool TakeClosing(TomlCursor cursor, char quote, StringBuilder text)
    {
        var run = 0;
        while (run < 5 && cursor.Peek(run) == quote) run++;
        cursor.Advance(run);
        text.Append(quote, run < 3 ? run : run - 3);
        return run >= 3;
    }

    private static void Copy(TomlCursor cursor, StringBuilder text)
    {
        if (cursor.AtControl)
            cursor.Report($"found {cursor.Found}; in a string, write it as an escape in double quotes: \\u{cursor.Peek():X4}");
        text.Append((char)cursor.Peek());
        cursor.Advance();
    }
}
