using Appliance.Core.Toml;

namespace Appliance.Core.Configuration.Schema;

/// <summary>Reads a table against its schema: unknown keys, wrong values, missing keys, defaults. Relations between values come
/// later.</summary>
public static class SectionReader
{
    /// <summary>Reads what can be read and tells every problem.</summary>
    public static Section Read(TomlValue.Table table, SectionSchema schema, string path, string name, Findings findings)
    {
        var variant = VariantOf(table, schema, path, findings);
        var section = new Section(path, table.At, name) { Word = variant?.Word ?? "" };
        if (variant is { Keys.IsDefault: true }) return section;

        var keys = schema.KeysOf(variant).ToDictionary(key => key.Name);
        var isWritten = schema.Discriminator is { } discriminator && table[discriminator] is not null;
        foreach (var entry in table.Entries)
        {
            section.Mark(entry.Key, entry.Value.At);
            if (keys.TryGetValue(entry.Key, out var key)) ReadKey(section, key, entry, findings);
            else findings.Error(entry.KeyAt, section.PathOf(entry.Key), Unknown(entry, schema, variant, isWritten, keys.Keys));
        }

        foreach (var key in keys.Values.Where(key => !section.IsWritten(key.Name)))
            FillIn(section, key, isCertain: variant is not null || schema.Keys.Contains(key), findings);
        return section;
    }

    private static void ReadKey(Section section, Key key, TomlEntry entry, Findings findings)
    {
        if (key.Type.Read(entry.Value, section.PathOf(key.Name), findings) is { } value) section.Put(key.Name, value);
    }

    private static void FillIn(Section section, Key key, bool isCertain, Findings findings)
    {
        if (key.Default is { } text
            && key.Type.Read(key.Type.FromDefault(text, section.At), section.PathOf(key.Name), findings) is { } value)
            section.Put(key.Name, value);
        if (key.Required && isCertain) findings.Error(section.At, section.PathOf(key.Name), $"is missing; expected {key.Type.Accepts}");
    }

    private static Variant? VariantOf(TomlValue.Table table, SectionSchema schema, string path, Findings findings)
    {
        if (schema.Discriminator is not { } discriminator) return null;
        // Without it the section is of the usual kind, where there is one.
        if (table[discriminator] is not { } written) return Named(schema, schema.Keys.First(key => key.Name == discriminator).Default);
        if (written is not TomlValue.Text word) return null;
        var variant = Named(schema, word.Value);
        if (variant?.Later is { } later) findings.Unsupported(word.At, path, later);
        return variant;
    }

    private static Variant? Named(SectionSchema schema, string? word) =>
        schema.Variants.FirstOrDefault(candidate => candidate.Word == word);

    private static string Unknown(
        TomlEntry entry, SectionSchema schema, Variant? variant, bool isWritten, IEnumerable<string> known)
    {
        var owners = schema.Variants.Where(other => !other.Keys.IsDefault && other.Keys.Any(key => key.Name == entry.Key)).ToArray();
        if (variant is not null && owners.Length > 0)
            return $"belongs to {schema.Discriminator} = {Words.Choice(owners.Select(owner => owner.Word))}, "
                + (isWritten ? $"not to {Words.Quoted(variant.Word)}" : "which is not written");
        var near = NearestWord.Of(entry.Key, known);
        return $"unknown {(entry.Value is TomlValue.Table ? "section or key" : "key")} {Words.Quoted(entry.Key)}"
            + (near is null ? "" : $"; did you mean \"{near}\"?")
            + $"{(near is null ? ";" : "")} known here: {string.Join(", ", known.Order(StringComparer.Ordinal))}";
    }
}
