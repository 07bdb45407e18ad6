using System.CommandLine;
using System.Text.RegularExpressions;
using Appliance.Agent.Commands;

namespace Appliance.Agent.Tests.Commands;

/// <summary>Every command line that a page of the repository shows exists, with its options: who copies it at the rack is not
/// refused.</summary>
public partial class DocumentedCommandTests
{
    private static readonly Command Root = CommandTree.Create(_ => ExitCode.Ok);

    [Fact]
    public void Every_command_that_a_page_shows_exists()
    {
        var shown = Pages()
            .SelectMany(page => Lines(File.ReadAllText(page)).Select(line => (Page: Path.GetFileName(page), Line: line))).ToList();
        Assert.True(shown.Count > 50, $"only {shown.Count} command lines were found: the pages are written otherwise than this test reads");
        var wrong = shown.Select(one => (one.Page, one.Line, Why: Fault(one.Line))).Where(one => one.Why.Length > 0)
            .Select(one => $"{one.Page}: {one.Line}: {one.Why}").ToList();
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Theory]
    [InlineData("appliance status --json", "")]
    [InlineData("appliance replica primary|secondary NAME", "")]
    [InlineData("appliance fonebridge --no-such", "--no-such is no option")]
    [InlineData("appliance replica no-such data", "no-such is no command")]
    [InlineData("appliance replica primary data --forse", "--forse is no option")]
    public void A_wrong_line_is_noticed(string line, string why)
    {
        if (why.Length == 0) Assert.Equal("", Fault(line));
        else Assert.StartsWith(why, Fault(line), StringComparison.Ordinal);
    }

    private static IEnumerable<string> Pages()
    {
        yield return RepositoryFiles.PathOf("README.md");
        foreach (var folder in new[] { "docs", "drivers", "systemd", "udev", "tests" })
            foreach (var page in Directory.EnumerateFiles(RepositoryFiles.PathOf(folder), "*.md", SearchOption.AllDirectories))
                if (!page.Contains("/bin/", StringComparison.Ordinal) && !page.Contains("/decisions/", StringComparison.Ordinal))
                    yield return page;
    }

    /// <summary>Code in a line, and lines of fenced code that begin with the command.</summary>
    private static IEnumerable<string> Lines(string text) =>
        Inline().Matches(text).Concat(Fenced().Matches(text)).Select(match => match.Groups[1].Value.Trim()).Distinct();

    /// <summary>Empty, or what is wrong. Of alternatives (a|b) and repetitions (…) every word is looked at that can be.</summary>
    private static string Fault(string line)
    {
        var command = Root;
        var known = Root.Options.Select(option => option.Name).Append("--help").Append("--version").ToHashSet(StringComparer.Ordinal);
        var named = false;
        foreach (var word in line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).TakeWhile(word => !word.StartsWith('#')))
        {
            if (word is ">" or "|" or "&&" or ";" or "--") break;
            var name = word.Trim('[', ']', ',', '(', ')', ':', ';').Split('=')[0];
            if (name.StartsWith("--", StringComparison.Ordinal))
            {
                if (!known.Contains(name)) return $"{name} is no option of {command.Name}";
                continue;
            }

            if (named || command.Subcommands.Count == 0 || !Word().IsMatch(name)) continue;
            var next = name.Split('|').Select(one => command.Subcommands.FirstOrDefault(child => child.Name == one)).ToList();
            if (next.Contains(null) && command.Arguments.Count == 0) return $"{name} is no command of {command.Name}";
            if (next[0] is not { } child) { named = true; continue; }
            command = child;
            known.UnionWith(next.SelectMany(one => one!.Options).SelectMany(option => option.Aliases.Append(option.Name)));
        }

        return "";
    }

    [GeneratedRegex("`(appliance [a-z-][^`\n]*)`")]
    private static partial Regex Inline();

    [GeneratedRegex(@"^\s*(?:sudo |# |\$ )?(appliance [a-z-][^\n]*)$", RegexOptions.Multiline)]
    private static partial Regex Fenced();

    [GeneratedRegex(@"^[a-z]+([-|][a-z]+)*$")]
    private static partial Regex Word();
}
