using System.Collections.Immutable;
using System.Globalization;
using Appliance.Core.Toml;

namespace Appliance.Core.Configuration.Schema;

/// <summary>An array of values of one type. Reads to an immutable array of strings.</summary>
public sealed class ListType(KeyType element, int min, int max, string example) : KeyType
{
    public override string Name => $"array of {element.Name}s";

    public override string Accepts =>
        $"an array of {(min > 0 ? "at least one" : "any number")} of these, for example {example}: {element.Accepts}";

    public override object? Read(TomlValue value, string path, Findings findings)
    {
        if (value is not TomlValue.List list) return Refuse(value, path, findings);
        if (list.Items.Length < min) return Refuse(value, path, findings, "it is empty");
        if (list.Items.Length > max) return Refuse(value, path, findings, $"{list.Items.Length} entries, at most {max}");
        var items = list.Items.Select((item, index) => element.Read(item, $"{path}[{index + 1}]", findings)).OfType<string>()
            .ToImmutableArray();
        return items.Length == list.Items.Length ? items : null;
    }

    public override TomlValue FromDefault(string text, TomlPosition at) => new TomlValue.List(at, []);
}

/// <summary>A list of different whole numbers, at least one. Reads to an immutable array of integers.</summary>
public sealed class NumbersType(int min, int max, int countMax, string example) : KeyType
{
    public override string Name => "array of integers";

    public override string Accepts => $"an array of whole numbers from {min} to {max}, each once, for example {example}";

    public override object? Read(TomlValue value, string path, Findings findings)
    {
        if (value is not TomlValue.List list) return Refuse(value, path, findings);
        if (list.Items.Length == 0 || list.Items.Length > countMax)
            return Refuse(value, path, findings, $"{list.Items.Length} entries, from 1 to {countMax}");
        var numbers = ImmutableArray.CreateBuilder<int>();
        foreach (var item in list.Items)
        {
            if (item is not TomlValue.Integer { Value: var number } || number < min || number > max || numbers.Contains((int)number))
                return Refuse(item, path, findings);
            numbers.Add((int)number);
        }

        return numbers.ToImmutable();
    }
}

/// <summary>One value for each node.</summary>
/// <param name="Node">The node's name as written.</param>
/// <param name="KeyAt">Where the name stands.</param>
/// <param name="At">Where the value stands.</param>
public sealed record NodeValue(string Node, TomlPosition KeyAt, TomlPosition At, object Value);

/// <summary>An inline table with one value for each node. Reads to an immutable array of <see cref="NodeValue"/>; the names are checked
/// with the relations.</summary>
public sealed class PerNodeType(KeyType element, string example) : KeyType
{
    public override string Name => $"{element.Name} per node";

    public override string Accepts => $"a table with one entry for each node, for example {example}: {element.Accepts}";

    public override object? Read(TomlValue value, string path, Findings findings)
    {
        if (value is not TomlValue.Table table) return Refuse(value, path, findings);
        var items = ImmutableArray.CreateBuilder<NodeValue>();
        foreach (var entry in table.Entries)
            if (element.Read(entry.Value, $"{path}.{entry.Key}", findings) is { } item)
                items.Add(new NodeValue(entry.Key, entry.KeyAt, entry.Value.At, item));
        return items.Count == table.Entries.Length ? items.ToImmutable() : null;
    }
}

/// <summary>A table of any keys with strings, whole numbers or booleans. Reads to a sorted dictionary of strings.</summary>
public sealed class StringMapType(string example) : KeyType
{
    public override string Name => "table of strings";

    public override string Accepts => $"a table of strings, for example {example}";

    public override object? Read(TomlValue value, string path, Findings findings)
    {
        if (value is not TomlValue.Table table) return Refuse(value, path, findings);
        var items = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var entry in table.Entries)
        {
            if (TextOf(entry.Value) is { } text && entry.Key.Length > 0) items[entry.Key] = text;
            else findings.Error(
                entry.Value.At, $"{path}.{entry.Key}", $"found {Words.Of(entry.Value)}; expected a string, a whole number or a boolean");
        }

        return items.Count == table.Entries.Length ? items.ToImmutable() : null;
    }

    public override TomlValue FromDefault(string text, TomlPosition at) => new TomlValue.Table(at, []);

    private static string? TextOf(TomlValue value) => value switch
    {
        TomlValue.Text text => text.Value.Contains('\0') ? null : text.Value,
        TomlValue.Integer integer => integer.Value.ToString(CultureInfo.InvariantCulture),
        TomlValue.Boolean boolean => boolean.Value ? "true" : "false",
        _ => null,
    };
}

/// <summary>One section. Reads to <see cref="Section"/>.</summary>
public sealed class SectionType(SectionSchema schema) : KeyType
{
    public SectionSchema Schema => schema;

    public override string Name => "section";

    public override string Accepts => $"the section {schema.Title}";

    public override object? Read(TomlValue value, string path, Findings findings) =>
        value is TomlValue.Table table ? SectionReader.Read(table, schema, path, "", findings) : Refuse(value, path, findings);

    public override TomlValue FromDefault(string text, TomlPosition at) => new TomlValue.Table(at, []);
}

/// <summary>An array of tables. Reads to an immutable array of <see cref="Section"/>, each called by its name key.</summary>
public sealed class SectionsType(SectionSchema schema, int max, string namedBy) : KeyType
{
    public SectionSchema Schema => schema;

    public override string Name => "sections";

    public override string Accepts => $"one or more sections {schema.Title}, at most {max}";

    public override object? Read(TomlValue value, string path, Findings findings)
    {
        if (value is not TomlValue.List list)
            return Refuse(value, path, findings, value is TomlValue.Table ? $"write {schema.Title} with two brackets" : "");
        if (list.Items.Length > max) Refuse(value, path, findings, $"{list.Items.Length} of them");
        var sections = ImmutableArray.CreateBuilder<Section>();
        foreach (var item in list.Items)
        {
            if (item is TomlValue.Table table) sections.Add(ReadOne(table, path, sections.Count + 1, findings));
            else Refuse(item, path, findings);
        }

        return sections.ToImmutable();
    }

    private Section ReadOne(TomlValue.Table table, string path, int number, Findings findings)
    {
        var name = table[namedBy] is TomlValue.Text { Value.Length: > 0 and <= 2 * Limits.NameLengthMax } text
            && !text.Value.Any(char.IsControl)
            ? text.Value
            : number.ToString(CultureInfo.InvariantCulture);
        return SectionReader.Read(table, schema, $"{path}[{name}]", name, findings);
    }
}

/// <summary>A table of tables, each called by its own key: <c>[replica.data]</c>. Reads to an immutable array of <see
/// cref="Section"/>.</summary>
public sealed class NamedSectionsType(SectionSchema schema, KeyType name) : KeyType
{
    public SectionSchema Schema => schema;

    public override string Name => "sections";

    public override string Accepts => $"sections {schema.Title}";

    public override object? Read(TomlValue value, string path, Findings findings)
    {
        if (value is not TomlValue.Table table) return Refuse(value, path, findings);
        var sections = ImmutableArray.CreateBuilder<Section>();
        foreach (var entry in table.Entries)
        {
            if (name.Read(new TomlValue.Text(entry.KeyAt, entry.Key), path, findings) is null) continue;
            if (entry.Value is TomlValue.Table inner)
                sections.Add(SectionReader.Read(inner, schema, $"{path}.{entry.Key}", entry.Key, findings));
            else Refuse(entry.Value, $"{path}.{entry.Key}", findings);
        }

        return sections.ToImmutable();
    }
}
