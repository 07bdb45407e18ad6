using System.Collections.Immutable;

namespace Appliance.Core.Toml;

/// <summary>Reads values. Null means that the place in the text is lost and the rest of the line must be skipped.</summary>
internal static class TomlValues
{
    /// <summary>Reads the value that starts here.</summary>
    /// <param name="cursor">Stands on the first character.</param>
    /// <param name="depth">How deep the value lies below the root.</param>
    public static TomlValue? Read(TomlCursor cursor, int depth)
    {
        if (depth > TomlReader.DepthMax)
        {
            ReportDepth(cursor, cursor.At);
            return null;
        }
        return cursor.Peek() switch
        {
            '"' or '\'' => ReadText(cursor),
            '[' => ReadArray(cursor, depth),
            '{' => ReadInlineTable(cursor, depth),
            _ => TomlScalars.Read(cursor),
        };
    }

    public static void ReportDepth(TomlCursor cursor, TomlPosition at) =>
        cursor.Report(at, $"nested deeper than {TomlReader.DepthMax} levels; at most {TomlReader.DepthMax} are accepted");

    private static TomlValue.Text? ReadText(TomlCursor cursor)
    {
        var at = cursor.At;
        return TomlStrings.Read(cursor) is { } text ? new TomlValue.Text(at, text) : null;
    }

    private static TomlValue.List? ReadArray(TomlCursor cursor, int depth)
    {
        var at = cursor.At;
        var items = ImmutableArray.CreateBuilder<TomlValue>();
        cursor.Advance();
        cursor.OpenArrays++;
        SkipBetweenItems(cursor);
        while (!cursor.Take(']'))
        {
            if (cursor.AtEnd)
            {
                cursor.ReportExpected($"']' of the array opened in line {at.Line}");
                return null;
            }
            if (Read(cursor, depth + 1) is not { } item) return null;
            items.Add(item);
            SkipBetweenItems(cursor);
            if (!cursor.Take(',') && cursor.Peek() != ']')
            {
                cursor.ReportExpected($"',' or ']' in the array opened in line {at.Line}");
                return null;
            }
            SkipBetweenItems(cursor);
        }
        cursor.OpenArrays--;
        return new(at, items.ToImmutable());
    }

    /// <summary>Between the items of an array there may be blanks, line endings and comments.</summary>
    private static void SkipBetweenItems(TomlCursor cursor)
    {
        do
        {
            cursor.SkipBlanks();
            cursor.SkipComment();
        }
        while (cursor.TakeNewline());
    }

    private static TomlValue? ReadInlineTable(TomlCursor cursor, int depth)
    {
        var table = new TomlTableNode(cursor.At, TomlOrigin.Header);
        cursor.Advance();
        cursor.SkipBlanks();
        if (cursor.Take('}')) return table.Freeze();
        do
        {
            cursor.SkipBlanks();
            if (cursor.Peek() == '}' || cursor.AtNewline || cursor.Peek() == '#')
            {
                cursor.ReportExpected("a key; an inline table stands on one line and has no comma after its last pair");
                return null;
            }
            if (!TomlStatements.ReadPair(cursor, table, depth)) return null;
            cursor.SkipBlanks();
        }
        while (cursor.Take(','));
        if (cursor.Take('}')) return table.Freeze();
        cursor.ReportExpected("',' or '}'; an inline table stands on one line");
        return null;
    }
}
