namespace Appliance.Core.Toml;

/// <summary>Who may define and extend which table.</summary>
/// <remarks>
/// <code>
///  what the key names already     [header]      on a header's way   [[header]]   key =     on a dotted key's way
///  nothing                        define        imply               start        set       define (Dotted)
///  table, Implicit                define        pass                refuse       refuse    define (Dotted)
///  table, Header                  refuse        pass                refuse       refuse    refuse
///  table, Dotted                  refuse        pass                refuse       refuse    pass
///  array of tables                refuse        pass into last      append       refuse    refuse
///  value, inline table, […]       refuse        refuse              refuse       refuse    refuse
/// </code>
/// A table made by dotted keys can be reached by dotted keys only from the section that made it, so no section has to be remembered.
/// </remarks>
internal static class TomlTables
{
    /// <summary>The table that [key] opens, or null after a problem.</summary>
    public static TomlTableNode? OpenTable(TomlCursor cursor, TomlTableNode root, List<TomlKeyPart> key)
    {
        if (Walk(cursor, root, key, TomlOrigin.Implicit) is not { } parent) return null;
        var last = key[^1];
        if (!parent.TryGet(last.Name, out var keyAt, out var node))
        {
            var made = new TomlTableNode(last.At, TomlOrigin.Header);
            parent.Add(last, made);
            return made;
        }
        if (node is TomlTableNode { Origin: TomlOrigin.Implicit } implied)
        {
            implied.Define(TomlOrigin.Header, last.At);
            return implied;
        }
        ReportTaken(cursor, key, key.Count, keyAt, node, "cannot be opened as a table");
        return null;
    }

    /// <summary>The new element that [[key]] opens, or null after a problem.</summary>
    public static TomlTableNode? OpenArrayElement(TomlCursor cursor, TomlTableNode root, List<TomlKeyPart> key)
    {
        if (Walk(cursor, root, key, TomlOrigin.Implicit) is not { } parent) return null;
        var last = key[^1];
        if (!parent.TryGet(last.Name, out var keyAt, out var node))
        {
            node = new TomlTableArrayNode(last.At);
            parent.Add(last, node);
        }
        if (node is TomlTableArrayNode array) return array.Append(last.At);
        ReportTaken(cursor, key, key.Count, keyAt, node, "cannot be opened as an array of tables");
        return null;
    }

    /// <summary>Sets a key, dotted or not, in a table.</summary>
    public static void Assign(TomlCursor cursor, TomlTableNode table, List<TomlKeyPart> key, TomlValue value)
    {
        if (Walk(cursor, table, key, TomlOrigin.Dotted) is not { } parent) return;
        if (parent.TryGet(key[^1].Name, out var keyAt, out var node))
            ReportTaken(cursor, key, key.Count, keyAt, node, "cannot be set again");
        else parent.Add(key[^1], new TomlLeaf(value));
    }

    /// <summary>The table that holds the key's last part; what is missing on the way is made.</summary>
    private static TomlTableNode? Walk(TomlCursor cursor, TomlTableNode from, List<TomlKeyPart> key, TomlOrigin by)
    {
        var refused = by == TomlOrigin.Dotted ? "cannot be extended by a dotted key" : "cannot hold tables";
        var table = from;
        for (var i = 0; i < key.Count - 1; i++)
        {
            if (!table.TryGet(key[i].Name, out var keyAt, out var node))
            {
                node = new TomlTableNode(key[i].At, by);
                table.Add(key[i], node);
            }
            if (Enter(node, by, key[i].At) is not { } next)
            {
                ReportTaken(cursor, key, i + 1, keyAt, node, refused);
                return null;
            }
            table = next;
        }
        return table;
    }

    private static TomlTableNode? Enter(TomlNode node, TomlOrigin by, TomlPosition here)
    {
        if (by == TomlOrigin.Implicit) return node as TomlTableNode ?? (node as TomlTableArrayNode)?.Last;
        if (node is not TomlTableNode table || table.Origin == TomlOrigin.Header) return null;
        if (table.Origin == TomlOrigin.Implicit) table.Define(TomlOrigin.Dotted, here);
        return table;
    }

    private static void ReportTaken(TomlCursor cursor, List<TomlKeyPart> key, int parts, TomlPosition keyAt, TomlNode node, string refused)
    {
        var name = TomlCursor.Quote(string.Join('.', key.Take(parts).Select(part => part.Name)));
        var (what, where) = node switch
        {
            TomlLeaf { Value: TomlValue.Table } => ("an inline table", keyAt),
            TomlLeaf { Value: TomlValue.List } => ("a complete array", keyAt),
            TomlLeaf leaf => ($"of the kind {leaf.Value.Kind}", keyAt),
            TomlTableNode { Origin: TomlOrigin.Dotted } table => ("a table made by dotted keys", table.At),
            TomlTableNode table => ("a table", table.At),
            _ => ("an array of tables", keyAt),
        };
        cursor.Report(key[parts - 1].At, $"{name} {refused}: it is already {what}, since line {where.Line}");
    }
}
