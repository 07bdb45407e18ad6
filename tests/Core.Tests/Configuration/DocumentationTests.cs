using System.Text;
using System.Text.RegularExpressions;
using Appliance.Core.Configuration.Schema;

namespace Appliance.Core.Tests.ConfigurationTests;

/// <summary>
/// docs/CONFIGURATION.md holds one table per section, made from the schema: a key that is missing, invented or described differently fails
/// here.
/// REWRITE=1 writes the tables again; the prose around them stays.
/// </summary>
public sealed partial class DocumentationTests
{
    private static readonly string Page = Path.Combine("docs", "CONFIGURATION.md");

    [Fact]
    public void Every_key_is_documented_and_nothing_else()
    {
        var text = Repository.Text(Page);
        var written = Table()
            .Replace(text, match => $"<!-- table: {match.Groups[1].Value} -->\n{TableOf(match.Groups[1].Value)}<!-- end -->");
        if (Environment.GetEnvironmentVariable("REWRITE") == "1") File.WriteAllText(Repository.PathOf(Page), text = written);
        Assert.Equal(written, text);
        Assert.Equal(ConfigSchema.All.Select(section => section.Title).Order(StringComparer.Ordinal), Table().Matches(text).Select(
            match => match.Groups[1].Value).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_section_of_the_schema_is_in_the_list()
    {
        var reached = new HashSet<SectionSchema>();
        Reach(ConfigSchema.Root, reached);
        Assert.Equal(reached.Select(section => section.Title).Order(StringComparer.Ordinal), ConfigSchema.All.Select(
            section => section.Title).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_default_is_a_value_that_is_accepted()
    {
        foreach (var section in ConfigSchema.All)
        foreach (
            var variant in section.Variants.IsEmpty ? [null] : section.Variants.Where(variant => !variant.Keys.IsDefault).Cast<Variant?>())
        foreach (var key in section.KeysOf(variant).Where(key => key.Default is not null))
        {
            var findings = new Findings();
            Assert.True(
                key.Type.Read(key.Type.FromDefault(key.Default!, default), key.Name, findings) is not null, $"{section.Title} {key.Name}");
            Assert.Empty(findings.Sorted());
        }
    }

    private static void Reach(SectionSchema section, HashSet<SectionSchema> reached)
    {
        if (!reached.Add(section)) return;
        foreach (var key in section.AllKeys)
        {
            var inner = key.Type switch
            {
                SectionType one => one.Schema,
                SectionsType many => many.Schema,
                NamedSectionsType named => named.Schema,
                _ => null,
            };
            if (inner is not null) Reach(inner, reached);
        }
    }

    private static string TableOf(string title)
    {
        var section = ConfigSchema.All.Single(section => section.Title == title);
        var text = new StringBuilder($"{section.Meaning}\n\n");
        Rows(text, section.Keys);
        foreach (var variant in section.Variants)
        {
            text.Append(
                $"\n`{section.Discriminator} = \"{variant.Word}\"`: "
                    + $"{variant.Meaning}{(variant.Later is null ? "" : " **No effect in this version: refused.**")}\n\n");
            if (variant.Keys.IsDefault) text.Append("Its keys are not fixed yet.\n");
            else Rows(text, variant.Keys);
        }

        return text.ToString();
    }

    private static void Rows(StringBuilder text, IEnumerable<Key> keys)
    {
        text.Append("| key | type | default | meaning |\n|---|---|---|---|\n");
        foreach (var key in keys)
        {
            var usual = key.Required ? "required" : key.Default is { } value ? $"`{(value.Length > 0 ? value : "\"\"")}`" : "–";
            text.Append(
                $"| `{key.Name}` | {Cell(key.Type)} | {usual} | {key.Meaning} |\n");
        }
    }

    private static string Cell(KeyType type) => type switch
    {
        ChoiceType or OneOfType or IntegerType => type.Accepts,
        _ => type.Name,
    };

    [GeneratedRegex("<!-- table: (.*?) -->\n(.*?)<!-- end -->", RegexOptions.Singleline)]
    private static partial Regex Table();
}
