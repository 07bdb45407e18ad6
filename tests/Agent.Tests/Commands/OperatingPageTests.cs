using System.Text.RegularExpressions;
using System.Text.Json;
using Appliance.Agent.Control;
using Appliance.Agent.Tests.Status;

namespace Appliance.Agent.Tests.Commands;

/// <summary>What the program may cry at three in the morning has an entry in docs/OPERATING.md.</summary>
public partial class OperatingPageTests
{
    private static readonly string Page = File.ReadAllText(RepositoryFiles.PathOf("docs", "OPERATING.md"));

    [Fact]
    public void Every_alarm_of_the_source_has_its_entry()
    {
        var missing = Sources().SelectMany(file => Alarm().Matches(File.ReadAllText(file)))
            .Select(match => LongestFixedPart(match.Groups[1].Value))
            .Where(part => !Page.Contains(part, StringComparison.Ordinal)).ToList();
        Assert.True(missing.Count == 0, "docs/OPERATING.md has no entry for:\n" + string.Join('\n', missing));
    }

    [Fact]
    public void Every_refusal_of_a_switchover_has_its_entry()
    {
        var orders = File.ReadAllText(RepositoryFiles.PathOf("firmware-agent", "Core", "Cluster", "Orders.cs"));
        var start = orders.IndexOf("string? SwitchoverRefusal(NodeState", StringComparison.Ordinal);
        var switchover = orders[start..orders.IndexOf("\n    }", start, StringComparison.Ordinal)];
        var missing = Literal().Matches(switchover).Select(match => LongestFixedPart(match.Groups[1].Value))
            .Where(part => !Page.Contains(part, StringComparison.Ordinal)).ToList();
        Assert.True(missing.Count == 0, "docs/OPERATING.md has no entry for:\n" + string.Join('\n', missing));
    }

    [Fact]
    public void Every_json_field_is_named()
    {
        using var json = JsonDocument.Parse(JsonSerializer.Serialize(Snapshots.Battered, ControlJson.Readable.StatusView));
        Assert.All(NamesOf(json.RootElement).Distinct(), name => Assert.Contains($"`{name}", Page, StringComparison.Ordinal));
    }

    private static IEnumerable<string> Sources() =>
        Directory.EnumerateFiles(RepositoryFiles.PathOf("firmware-agent"), "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/Simulation/", StringComparison.Ordinal));

    /// <summary>The longest stretch without an interpolated value.</summary>
    private static string LongestFixedPart(string literal) =>
        Hole().Split(literal).Select(part => part.Trim(' ', ';', ':', ',', '.')).MaxBy(part => part.Length)!;

    private static IEnumerable<string> NamesOf(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject()
            .SelectMany(member => NamesOf(member.Value).Where(_ => member.Name != "rejected").Prepend(member.Name)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(NamesOf),
        _ => [],
    };

    /// <summary>Where the program says something that a person must act on, and the text that follows.</summary>
    [GeneratedRegex("""
        (?: ReportKind\.Alarm,(?:\ \w+,)? | new\ AlarmStatus\((?:true|false), | standing\.Add\(
          | _?journal\(Error, | Say\(JournalPriority\.(?:Error|Critical), )
        \ ?\$?"([^"]+)"(?!\s*\?)
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Alarm();

    [GeneratedRegex("""\$?"([^"]+)"(?!\s*\?)""")]
    private static partial Regex Literal();

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Hole();
}
