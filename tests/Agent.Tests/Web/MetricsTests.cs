using System.Text.RegularExpressions;
using Appliance.Agent.Status;
using Appliance.Agent.Tests.Status;
using Appliance.Agent.Web;

namespace Appliance.Agent.Tests.Web;

public sealed partial class MetricsTests
{
    [Fact]
    public void An_agent_that_does_not_answer_is_down_and_nothing_else_is_said() => Assert.Equal(
        "# HELP appliance_up Whether the agent of this node answers.\n# TYPE appliance_up gauge\nappliance_up 0\n", Metrics.Of(null));

    [Fact]
    public void Values_cannot_break_out_of_their_quotes() => Assert.Equal(
        "# HELP appliance_x h\n# TYPE appliance_x gauge\nappliance_x{a=\"q\\\"\\\\\\n\",b=\"\"} 1.5\n",
        new MetricsText().Family("x", "gauge", "h").Sample(1.5, "a", "q\"\\\n", "b", "").ToString());

    [Fact]
    public void A_pair_with_everything_is_as_reviewed() => Golden.Check("metrics.txt", Metrics.Of(WebSnapshots.Ailing), "Web");

    [Fact]
    public void Every_line_is_of_the_format_and_no_series_is_told_twice()
    {
        foreach (var view in new[]
            { Snapshots.Healthy, Snapshots.PeerDead, Snapshots.ServedNowhere, Snapshots.Battered, WebSnapshots.Ailing })
        {
            var series = new HashSet<string>(StringComparer.Ordinal);
            var families = new HashSet<string>(StringComparer.Ordinal);
            var (family, type) = ("", "");
            foreach (var line in Metrics.Of(view).TrimEnd('\n').Split('\n'))
            {
                if (Help().Match(line) is { Success: true } help) family = help.Groups[1].Value;
                else if (TypeOf().Match(line) is { Success: true } said)
                {
                    Assert.Equal(family, said.Groups[1].Value);
                    Assert.True(families.Add(family), $"{family} comes twice");
                    type = said.Groups[2].Value;
                    var counts = family.EndsWith("_total", StringComparison.Ordinal);
                    Assert.Equal(counts ? "counter" : "gauge", type);
                }
                else
                {
                    var sample = Sample().Match(line);
                    Assert.True(sample.Success, line);
                    Assert.Equal(family, sample.Groups[1].Value);
                    Assert.True(series.Add(sample.Groups[1].Value + sample.Groups[2].Value), $"{line} comes twice");
                }
            }
        }
    }

    [Fact]
    public void The_page_names_every_family()
    {
        var page = File.ReadAllText(RepositoryFiles.PathOf("docs", "WEB.md"));
        var told = Help().Matches(Metrics.Of(WebSnapshots.Ailing)).Select(match => match.Groups[1].Value).ToList();
        var named = Named().Matches(page).Select(match => match.Groups[1].Value).ToList();
        Assert.Equal(told.Order(StringComparer.Ordinal), named.Order(StringComparer.Ordinal));
    }

    [GeneratedRegex("^# HELP (appliance_[a-z_]+) [A-Z].*\\.$", RegexOptions.Multiline)]
    private static partial Regex Help();

    [GeneratedRegex("^# TYPE (appliance_[a-z_]+) (gauge|counter)$")]
    private static partial Regex TypeOf();

    [GeneratedRegex("""^(appliance_[a-z_]+)(\{(?:[a-z_]+="(?:[^"\\\n]|\\[\\"n])*",?)+\})? (-?[0-9.E+-]+)$""")]
    private static partial Regex Sample();

    [GeneratedRegex("^\\| `(appliance_[a-z_]+)", RegexOptions.Multiline)]
    private static partial Regex Named();
}
