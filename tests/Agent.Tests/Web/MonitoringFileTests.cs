using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Appliance.Agent.Web;

namespace Appliance.Agent.Tests.Web;

/// <summary>The example of alerts and the dashboard ask for metrics that there are, with labels that they have.</summary>
public sealed partial class MonitoringFileTests
{
    private const string Promtool = "/usr/bin/promtool";

    private static readonly string Told = Metrics.Of(WebSnapshots.Ailing);

    [Theory]
    [InlineData("appliance-alerts.yml", 16)]
    [InlineData("appliance-grafana.json", 16)]
    public void Every_metric_that_is_asked_for_exists(string file, int atLeast)
    {
        var known = Sample().Matches(Told).Select(match => match.Groups[1].Value).ToHashSet();
        var asked = Name().Matches(Text(file)).Select(match => match.Value).ToHashSet();
        Assert.All(asked, name => Assert.Contains(name, known));
        Assert.InRange(asked.Count, atLeast, known.Count);
    }

    [Theory]
    [InlineData("appliance-alerts.yml")]
    [InlineData("appliance-grafana.json")]
    public void Every_label_that_is_shown_exists(string file)
    {
        // Prometheus adds these two.
        var known = Label().Matches(Told).Select(match => match.Groups[1].Value).Append("instance").Append("job").ToHashSet();
        var shown = Shown().Matches(Text(file)).Select(match => match.Groups[1].Value).ToList();
        Assert.NotEmpty(shown);
        Assert.All(shown, label => Assert.Contains(label, known));
    }

    [Fact]
    public void The_dashboard_has_no_panel_twice_and_none_on_another()
    {
        using var dashboard = JsonDocument.Parse(Text("appliance-grafana.json"));
        var taken = new HashSet<(int, int)>();
        var panels = dashboard.RootElement.GetProperty("panels").EnumerateArray().ToList();
        Assert.Equal(panels.Count, panels.Select(panel => panel.GetProperty("title").GetString()).Distinct().Count());
        foreach (var place in panels.Select(panel => panel.GetProperty("gridPos")))
        {
            int Of(string name) => place.GetProperty(name).GetInt32();
            Assert.InRange(Of("x") + Of("w"), 1, 24);
            for (var x = Of("x"); x < Of("x") + Of("w"); x++)
            for (var y = Of("y"); y < Of("y") + Of("h"); y++)
                Assert.True(taken.Add((x, y)), $"two panels at {x}, {y}");
        }
    }

    [PromtoolFact]
    public void Promtool_has_nothing_to_complain_about()
    {
        Assert.Contains("SUCCESS: 17 rules found", Run("", "check", "rules", PathOf("appliance-alerts.yml")), StringComparison.Ordinal);
        Assert.Equal("", Run(Told, "check", "metrics"));
    }

    private static string Run(string input, params string[] arguments)
    {
        var start = new ProcessStartInfo(Promtool, arguments)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var tool = Process.Start(start)!;
        tool.StandardInput.Write(input);
        tool.StandardInput.Close();
        var said = tool.StandardOutput.ReadToEnd() + tool.StandardError.ReadToEnd();
        tool.WaitForExit();
        Assert.True(tool.ExitCode == 0, said);
        return said;
    }

    private static string PathOf(string file) => RepositoryFiles.PathOf("docs", "monitoring", file);

    private static string Text(string file) => File.ReadAllText(PathOf(file));

    [GeneratedRegex("\\bappliance_[a-z_]+")]
    private static partial Regex Name();

    [GeneratedRegex("^(appliance_[a-z_]+)[ {]", RegexOptions.Multiline)]
    private static partial Regex Sample();

    [GeneratedRegex("[{,]([a-z]+)=\"")]
    private static partial Regex Label();

    [GeneratedRegex("\\{\\{ ?(?:\\$labels\\.)?([a-z]+) ?\\}\\}")]
    private static partial Regex Shown();

    private sealed class PromtoolFactAttribute : FactAttribute
    {
        public PromtoolFactAttribute()
        {
            if (!File.Exists(Promtool)) Skip = $"{Promtool} (package prometheus) is not installed";
        }
    }
}
