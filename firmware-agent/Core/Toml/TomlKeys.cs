namespace Appliance.Core.Toml;

/// <summary>One part of a dotted key.</summary>
internal readonly record struct TomlKeyPart(string Name, TomlPosition At);

/// <summary>Reads keys: bare, quoted, dotted.</summary>
internal static class TomlKeys
{
    /// <summary>Reads a key and the blanks around it; null after a problem.</summary>
    public static List<TomlKeyPart>? Read(TomlCursor cursor)
    {
        var parts = new List<TomlKeyPart>();
        do
        {
            cursor.SkipBlanks();
            var at = cursor.At;
            if (ReadPart(cursor) is not { } name) return null;
            parts.Add(new(name, at));
            cursor.SkipBlanks();
        }
        while (cursor.Take('.'));
        return parts;
    }

    public static bool IsBare(int c) => c >= 0 && (char.IsAsciiLetterOrDigit((char)c) || c is '_' or '-');

    private static string? ReadPart(TomlCursor cursor)
    {
        if (cursor.Peek() == '"') return TomlStrings.ReadBasic(cursor);
        if (cursor.Peek() == '\'') return TomlStrings.ReadLiteral(cursor);
        var start = cursor.Index;
        while (IsBare(cursor.Peek())) cursor.Advance();
        if (cursor.Index > start) return cursor.Since(start).ToString();
        cursor.ReportExpected("a key: letters, digits, '_' and '-', anything else in quotes");
        return null;
    }
}
