using System.Text;
using System.Text.RegularExpressions;
using Appliance.Core.Import;

namespace Appliance.Core.Tests.Import;

/// <summary>docs/MIGRATION.md has a table for each format, made from the code's own: what is missing, invented or said differently fails
/// here. REWRITE=1 writes the tables again; the prose around them stays.</summary>
public sealed partial class ImportDocumentationTests
{
    private static readonly string Page = Path.Combine("docs", "MIGRATION.md");

    [Fact]
    public void Every_directive_is_documented_and_nothing_else()
    {
        var text = Repository.Text(Page);
        var written = Table().Replace(text, match => $"<!-- table: {match.Groups[1].Value} -->\n{TableOf(match.Groups[1].Value)}<!-- "
            + $"end -->");
        if (Environment.GetEnvironmentVariable("REWRITE") == "1") File.WriteAllText(Repository.PathOf(Page), text = written);
        Assert.Equal(written, text);
        Assert.Equal(PairImport.Tables.Select(table => table.Title).Order(StringComparer.Ordinal),
            Table().Matches(text).Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal));
    }

    private static string TableOf(string title)
    {
        var text = new StringBuilder("| directive | is | becomes, or why |\n|---|---|---|\n");
        foreach (var row in PairImport.Tables.Single(table => table.Title == title).Rows)
            text.Append($"| `{row.Name}` | {Finding.WordOf(row.Usual)} | {row.Words.Replace("|", "\\|", StringComparison.Ordinal)} |\n");
        return text.ToString();
    }

    [GeneratedRegex("<!-- table: (.*?) -->\n(.*?)<!-- end -->", RegexOptions.Singleline)]
    private static partial Regex Table();
}
