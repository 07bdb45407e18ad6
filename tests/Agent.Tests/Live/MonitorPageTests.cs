using Appliance.Agent.Journal;
using Appliance.Agent.Live;
using Appliance.Agent.Status;
using Appliance.Agent.Tests.Status;
using Appliance.Core.Cluster;

namespace Appliance.Agent.Tests.Live;

public class MonitorPageTests
{
    private static readonly Paint Plain = new(false);

    private static readonly EventView[] Events =
    [
        .. Enumerable.Range(1, 50)
            .Select(i => EventView.Of(new Report(ReportKind.Peer, $"event {i}"), "pbx-a", i, 1_795_248_000_000 + i, i)),
    ];

    [Fact]
    public void A_usual_pair_and_its_last_events_fit_on_80_by_24()
    {
        var lines = MonitorPage.Of(Snapshots.Healthy, Events, "", Plain, 80, 24);
        Assert.True(lines.Count <= 23, $"{lines.Count} lines");
        Assert.All(lines, line => Assert.True(line.Length <= 80, line));
        Assert.EndsWith("event 50", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_tall_window_shows_more_events()
    {
        var lines = MonitorPage.Of(Snapshots.Healthy, Events, "", Plain, 80, 60);
        Assert.Equal(59, lines.Count);
        Assert.Equal("LAST EVENTS", lines[^(59 - lines.ToList().IndexOf("LAST EVENTS"))]);
    }

    [Fact]
    public void When_the_agent_is_gone_the_old_picture_stays_and_is_called_old()
    {
        var lines = MonitorPage.Of(Snapshots.Healthy, [], "the agent is not running", Plain, 80, 24);
        Assert.Equal("NOT CURRENT, trying again: the agent is not running", lines[0]);
        Assert.Contains(lines, line => line.StartsWith("GROUP pbx", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_any_picture_only_the_reason_is_shown() =>
        Assert.Equal(["the agent is not running"], MonitorPage.Of(null, [], "the agent is not running", Plain, 80, 24));

    [Theory]
    [InlineData(1, 1)]
    [InlineData(10, 3)]
    [InlineData(500, 200)]
    public void Any_window_size_is_survived(int width, int height)
    {
        var lines = MonitorPage.Of(Snapshots.Battered, Events, "", Plain, width, height);
        var frame = Screen.Frame(lines, 1000, height, "q quits");
        Assert.Equal(Math.Max(0, height - 1), frame.Split('\n').Length - 1);
    }

    [Theory]
    [InlineData(0, 10, 24, 0)]
    [InlineData(5, 10, 24, 0)]
    [InlineData(99, 30, 24, 7)]
    [InlineData(-3, 30, 24, 0)]
    public void Scrolling_keeps_the_screen_full(int top, int count, int height, int expected) =>
        Assert.Equal(expected, Screen.Clamp(top, count, height));
}
