using System.CommandLine;
using System.Diagnostics;
using System.Text.RegularExpressions;
using Appliance.Agent.Commands;

namespace Appliance.Agent.Tests.Commands;

public partial class ManPageTests
{
    private static readonly string Page = File.ReadAllText(RepositoryFiles.PathOf("docs", "man", "appliance.8"));

    [Fact]
    public void It_describes_every_command_of_the_tree_and_no_other() =>
        Assert.Equal(Leaves(CommandTree.Create(_ => ExitCode.Ok), "").Select(leaf => leaf.Path).Order(), Headings().Order());

    [Fact]
    public void It_names_every_option()
    {
        var text = Page.Replace("\\-", "-", StringComparison.Ordinal);
        foreach (var (path, command) in Leaves(CommandTree.Create(_ => ExitCode.Ok), ""))
            foreach (var option in command.Options)
                Assert.True(text.Contains(option.Name, StringComparison.Ordinal), $"{path} {option.Name} is not in docs/man/appliance.8");
    }

    [Fact]
    public void It_is_of_this_version() => Assert.Contains($"\"Appliance {VersionCommand.Version}\"", Page, StringComparison.Ordinal);

    [ToolFact("groff")]
    public void Groff_has_nothing_to_complain_about()
    {
        var start = new ProcessStartInfo("groff", ["-man", "-ww", "-z", "-Tutf8", RepositoryFiles.PathOf("docs", "man", "appliance.8")])
        {
            RedirectStandardError = true,
        };
        using var groff = Process.Start(start)!;
        var complaints = groff.StandardError.ReadToEnd();
        groff.WaitForExit();
        Assert.Equal("", complaints);
        Assert.Equal(0, groff.ExitCode);
    }

    /// <summary>"maintenance on --for DURATION" is about the command "maintenance on".</summary>
    private static IEnumerable<string> Headings() =>
        Heading().Matches(Page.Replace("\\-", "-", StringComparison.Ordinal))
            .Select(match => match.Groups[1].Value.Split(' ').TakeWhile(word => Word().IsMatch(word)))
            .Select(words => string.Join(' ', words));

    [GeneratedRegex("^[a-z]+(-[a-z]+)*$")]
    private static partial Regex Word();

    private static IEnumerable<(string Path, Command Command)> Leaves(Command command, string path)
    {
        if (path.Length > 0 && (command.Subcommands.Count == 0 || command.Action is not null)) yield return (path, command);
        foreach (var child in command.Subcommands)
            foreach (var leaf in Leaves(child, path.Length == 0 ? child.Name : $"{path} {child.Name}"))
                yield return leaf;
    }

    [GeneratedRegex("^\\.SS \"(.*)\"$", RegexOptions.Multiline)]
    private static partial Regex Heading();
}

/// <summary>A test that needs a program of the distribution.</summary>
internal sealed class ToolFactAttribute : FactAttribute
{
    public ToolFactAttribute(string tool)
    {
        if (!File.Exists($"/usr/bin/{tool}")) Skip = $"{tool} is not installed";
    }
}
