namespace Appliance.Core.Toml;

/// <summary>How a table came to be; decides who may still add to it.</summary>
internal enum TomlOrigin
{
    /// <summary>Only named on the way to another: [a.b] makes a. May still be defined, once.</summary>
    Implicit,

    /// <summary>Defined by its own header, or the root.</summary>
    Header,

    /// <summary>Defined by dotted keys: a.b = 1 makes a.</summary>
    Dotted,
}

/// <summary>Something under a key while the document is being built.</summary>
internal abstract class TomlNode
{
    public abstract TomlValue Freeze();
}

/// <summary>A value that is complete: also every inline table and every array written with brackets.</summary>
internal sealed class TomlLeaf(TomlValue value) : TomlNode
{
    public TomlValue Value => value;

    public override TomlValue Freeze() => value;
}

/// <summary>A table that may still grow.</summary>
internal sealed class TomlTableNode(TomlPosition at, TomlOrigin origin) : TomlNode
{
    private readonly OrderedDictionary<string, (TomlPosition KeyAt, TomlNode Node)> entries = new(StringComparer.Ordinal);

    public TomlPosition At { get; private set; } = at;

    public TomlOrigin Origin { get; private set; } = origin;

    public bool TryGet(string key, out TomlPosition keyAt, out TomlNode node)
    {
        var found = entries.TryGetValue(key, out var entry);
        (keyAt, node) = entry;
        return found;
    }

    public void Add(TomlKeyPart key, TomlNode node) => entries.Add(key.Name, (key.At, node));

    /// <summary>A table so far only implied is now defined here.</summary>
    public void Define(TomlOrigin by, TomlPosition here)
    {
        Invariant.Check(Origin == TomlOrigin.Implicit);
        (Origin, At) = (by, here);
    }

    public override TomlValue Freeze() =>
        new TomlValue.Table(At, [.. entries.Select(entry => new TomlEntry(entry.Key, entry.Value.KeyAt, entry.Value.Node.Freeze()))]);
}

/// <summary>An array of tables, written with [[…]] headers.</summary>
internal sealed class TomlTableArrayNode(TomlPosition at) : TomlNode
{
    private readonly List<TomlTableNode> tables = [];

    public TomlTableNode Last => tables[^1];

    public TomlTableNode Append(TomlPosition here)
    {
        tables.Add(new TomlTableNode(here, TomlOrigin.Header));
        return Last;
    }

    public override TomlValue Freeze() => new TomlValue.List(at, [.. tables.Select(table => table.Freeze())]);
}
