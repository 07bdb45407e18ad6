namespace Appliance.Core.Toml;

/// <summary>Reads a document line by line. After a problem it goes on at the next line, so that one run shows all of them.</summary>
internal static class TomlStatements
{
    public static TomlDocument Read(TomlCursor cursor)
    {
        var root = new TomlTableNode(cursor.At, TomlOrigin.Header);
        var section = new Section(root, Depth: 0);
        while (!cursor.AtEnd && cursor.Problems.Count < TomlReader.ProblemsMax)
        {
            var before = cursor.Problems.Count;
            section = ReadStatement(cursor, root, section);
            if (cursor.Problems.Count == before) ReadLineEnd(cursor);
            if (cursor.Problems.Count != before) Recover(cursor);
            else cursor.TakeNewline();
        }
        return new((TomlValue.Table)root.Freeze(), [.. cursor.Problems]);
    }

    /// <summary>The table that key/value pairs go to, and how deep it lies.</summary>
    private readonly record struct Section(TomlTableNode Table, int Depth);

    private static Section ReadStatement(TomlCursor cursor, TomlTableNode root, Section section)
    {
        cursor.SkipBlanks();
        if (cursor.Peek() == '[') return ReadHeader(cursor, root);
        if (!cursor.AtEnd && !cursor.AtNewline && cursor.Peek() != '#') ReadPair(cursor, section.Table, section.Depth);
        return section;
    }

    /// <summary>"key = value" into a table; also the inside of inline tables. False when the place in the text is lost.</summary>
    public static bool ReadPair(TomlCursor cursor, TomlTableNode table, int depth)
    {
        if (TomlKeys.Read(cursor) is not { } key) return false;
        if (!cursor.Take('='))
        {
            cursor.ReportExpected("'=' and a value after the key");
            return false;
        }
        cursor.SkipBlanks();
        if (TomlValues.Read(cursor, depth + key.Count) is not { } value) return false;
        TomlTables.Assign(cursor, table, key, value);
        return true;
    }

    private static Section ReadHeader(TomlCursor cursor, TomlTableNode root)
    {
        // What follows a header that is refused goes into a table nobody sees.
        var lost = new Section(new TomlTableNode(cursor.At, TomlOrigin.Header), Depth: 0);
        cursor.Advance();
        var array = cursor.Take('[');
        cursor.SkipBlanks();
        if (TomlKeys.Read(cursor) is not { } key) return lost;
        if (!cursor.Take(']') || (array && !cursor.Take(']')))
        {
            cursor.ReportExpected(array ? "']]' at the end of the header" : "']' at the end of the header");
            return lost;
        }
        var depth = key.Count + (array ? 1 : 0);
        if (depth > TomlReader.DepthMax)
        {
            TomlValues.ReportDepth(cursor, key[0].At);
            return lost;
        }
        var opened = array ? TomlTables.OpenArrayElement(cursor, root, key) : TomlTables.OpenTable(cursor, root, key);
        return opened is null ? lost : new Section(opened, depth);
    }

    private static void ReadLineEnd(TomlCursor cursor)
    {
        cursor.SkipBlanks();
        cursor.SkipComment();
        if (!cursor.AtEnd && !cursor.AtNewline) cursor.ReportExpected("a comment or the end of the line");
    }

    /// <summary>Goes to the next line; out of a broken array, to the next line that looks like a header or a pair.</summary>
    private static void Recover(TomlCursor cursor)
    {
        cursor.SkipLine();
        if (cursor.OpenArrays == 0) return;
        cursor.OpenArrays = 0;
        while (!cursor.AtEnd && !LooksLikeStatement(cursor)) cursor.SkipLine();
    }

    private static bool LooksLikeStatement(TomlCursor cursor)
    {
        if (cursor.Peek() == '[') return true;
        var ahead = 0;
        while (cursor.Peek(ahead) is ' ' or '\t' or '.' or '"' or '\'' || TomlKeys.IsBare(cursor.Peek(ahead))) ahead++;
        return ahead > 0 && cursor.Peek(ahead) == '=';
    }
}
