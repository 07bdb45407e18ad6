namespace Appliance.Core.Toml;

/// <summary>Reads what is written without quotes or brackets: booleans, numbers, dates and times.</summary>
internal static class TomlScalars
{
    /// <summary>
    /// Null when nothing stands here. A token that is no value is reported and taken as text, so that the rest of the line can be read.
    /// </summary>
    public static TomlValue? Read(TomlCursor cursor)
    {
        var (at, start) = (cursor.At, cursor.Index);
        SkipToken(cursor);
        if (cursor.Index == start)
        {
            cursor.ReportExpected("a value: text in quotes, a number, a date or time, true, false, an array or an inline table");
            return null;
        }
        if (IsDate(cursor.Since(start)) && cursor.Peek() == ' ' && IsDigit(cursor.Peek(1)))
        {
            cursor.Advance();
            SkipToken(cursor);
        }
        var token = cursor.Since(start);
        var value = Classify(at, token, out var problem);
        if (value is not null) return value;
        cursor.Report(at, $"found {TomlCursor.Quote(token)}; {problem}");
        return new TomlValue.Text(at, token.ToString());
    }

    private static TomlValue? Classify(TomlPosition at, ReadOnlySpan<char> token, out string problem)
    {
        problem = "";
        if (token is "true") return new TomlValue.Boolean(at, true);
        if (token is "false") return new TomlValue.Boolean(at, false);
        if (TomlDateTimes.LooksLikeOne(token)) return TomlDateTimes.Read(at, token, out problem);
        if (TomlNumbers.LooksLikeOne(token)) return TomlNumbers.Read(at, token, out problem);
        problem = "expected a value; text stands in quotes, booleans are true and false in small letters";
        return null;
    }

    private static bool IsDate(ReadOnlySpan<char> token) => token.Length == 10 && TomlDateTimes.LooksLikeOne(token) && token[4] == '-';

    private static bool IsDigit(int c) => c is >= '0' and <= '9';

    private static void SkipToken(TomlCursor cursor)
    {
        while (cursor.Peek() is not (TomlCursor.End or ' ' or '\t' or ',' or ']' or '}' or '[' or '{' or '#' or '=' or '"' or '\'')
            && !TomlCursor.IsControl(cursor.Peek()))
            cursor.Advance();
    }
}
