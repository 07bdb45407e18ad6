using System.Text.RegularExpressions;
using Appliance.Agent.Journal;
using Appliance.Agent.Lines;
using Appliance.Agent.Live;
using Appliance.Agent.Status;
using Appliance.Agent.Tests.Status;
using Appliance.Agent.Tests.Web;
using Appliance.Core.Cluster;
using Appliance.Core.Health;
using Appliance.Core.Lines;
using Appliance.Core.Resources;
using Appliance.Drivers.Probes.Asterisk;

namespace Appliance.Agent.Tests.Live;

public partial class MonitorPageTests
{
    private const string Evil = "\e]0;owned\a\e[2J\r\nGROUPS forged\u009b31m \u202e\u2066gnp.exe \ufeff日本語テキスト "
        + "e\u0301\u0301\u0301\u0301\u0301 👩‍👩‍👧‍👦🏳️‍🌈⚡️ \ud800 \u2028next \u00a0 ";

    private static readonly Look Colourful = new(new Paint(true), true, true);
    private static readonly Look Letters = new(new Paint(false), true, true);

    private static readonly EventView[] Events =
    [
        .. Enumerable.Range(1, 50)
            .Select(i => EventView.Of(new Report(ReportKind.Peer, $"event {i}"), "pbx-a", i, 1_795_248_000_000 + i, i)),
    ];

    /// <summary>Twenty resources, three of them ailing, calls, sensors and a copy under way.</summary>
    private static StatusView Busy { get; } = WebSnapshots.Full with
    {
        HealthScore = 550,
        Alarms = [new AlarmStatus(true, "a small write to /var/lib/appliance fails: Input/output error; look at the disk")],
        Sensors =
        [
            new SensorReading("space /var", SensorLevel.Warning, "91 % of the room on /var is used; delete or move what is not needed"),
            new SensorReading("disk", SensorLevel.Critical, "a small write to /var/lib/appliance fails: Input/output error"),
            new SensorReading("drive sda", SensorLevel.Unknown, "smartctl is not installed"),
            new SensorReading("clock", SensorLevel.Good, "the clock is synchronized"),
        ],
        Groups =
        [
            WebSnapshots.Full.Groups[0] with
            {
                Resources =
                [
                    .. Enumerable.Range(1, 17).Select(i => Snapshots.Resource($"unit{i}", "service", null)),
                    Snapshots.Resource("asterisk", "service", new ProbeStatus("asterisk", true, 0, 2, "200 OK")
                        { Facts = new AsteriskFacts(12, 24, 3, 1, 0) }),
                    Snapshots.Resource("fax", "service", null) with
                        { State = ResourceState.Failed, Text = "exit status 3", RestartsUsed = 3 },
                    Snapshots.Resource("vip", "ip", new ProbeStatus("ping", false, 2, 1000, "no answer")),
                ],
            },
            WebSnapshots.Full.Groups[1],
        ],
    };

    private static StatusView Hostile { get; } = Busy with
    {
        Cluster = Evil + new string('c', 5000),
        Node = Busy.Node with { Name = Evil },
        Alarms = [new AlarmStatus(true, Evil), .. Enumerable.Range(0, 40).Select(i => new AlarmStatus(i % 2 == 0, $"{Evil}{i}"))],
        Links =
        [
            .. Enumerable.Range(0, 30).Select(i => Snapshots.Link(Evil + i, Evil, Evil) with { Reason = Evil, State = LinkState.Down }),
        ],
        Spans = [new SpanStatus(1, Evil, Evil, Evil, true, Evil, Evil, true, 31, 1)],
        Groups =
        [
            Busy.Groups[0] with
            {
                Name = Evil, Why = Evil, FitReasons = [Evil], Fit = false,
                Lines = [new LineView(Evil, Evil, LineStanding.Unknown, Evil, Evil)],
                Resources = [.. Enumerable.Range(0, 60).Select(i => Snapshots.Resource($"{Evil}{i}", Evil, null) with
                    { State = ResourceState.Failed, Text = Evil })],
            },
        ],
    };

    private static StatusView View(string name) => name switch
    {
        "healthy" => Snapshots.Healthy,
        "peer-dead" => Snapshots.PeerDead,
        "busy" => Busy,
        _ => Hostile,
    };

    public static TheoryData<string, int, int> Pictures => new()
    {
        { "healthy", 80, 24 }, { "healthy", 40, 12 }, { "healthy", 132, 50 },
        { "peer-dead", 80, 24 }, { "peer-dead", 40, 12 }, { "peer-dead", 132, 50 },
        { "busy", 80, 24 }, { "busy", 40, 12 }, { "busy", 132, 50 },
        { "hostile", 80, 24 }, { "hostile", 40, 12 }, { "hostile", 132, 50 },
    };

    [Theory]
    [MemberData(nameof(Pictures))]
    public void The_picture_is_as_reviewed(string name, int width, int height) => Golden.Check(
        $"{name}-{width}x{height}.txt", string.Join('\n', MonitorPage.Of(News(View(name)), Letters, width, height)) + "\n", "Live");

    [Fact]
    public void No_text_breaks_the_frame_or_steers_the_terminal_in_any_window()
    {
        foreach (var view in new[] { Snapshots.Healthy, Busy, Hostile })
            foreach (var look in new[] { Colourful, Look.Plain })
                foreach (var width in new[] { 1, 2, 3, 21, 40, 80, 133 })
                    foreach (var height in new[] { 1, 2, 3, 5, 12, 24, 60 })
                        foreach (var top in new[] { 0, 1000 })
                            Check(MonitorPage.Of(News(view), look, width, height, top), look, width, height);
    }

    private static void Check(IReadOnlyList<string> lines, Look look, int width, int height)
    {
        Assert.True(lines.Count <= height, $"{lines.Count} lines in {width}x{height}");
        foreach (var line in lines)
        {
            var plain = look.Paint.Enabled ? Colours().Replace(line, "") : line;
            Assert.DoesNotContain(plain, char.IsControl);
            Assert.True(Cells.Count(plain) <= Math.Max(1, width - 1), $"{width}x{height}: {plain}");
            if (!look.Utf8) Assert.True(plain.All(char.IsAscii), plain);
        }
    }

    [Fact]
    public void A_terminal_shows_exactly_the_lines_whatever_was_there_before()
    {
        var screen = new RackScreen(80, 24);
        IReadOnlyList<string>? before = null;
        screen.Feed(Screen.Enter(alternate: true));
        foreach (var view in new[] { Snapshots.Healthy, Hostile, Busy, Hostile, Snapshots.PeerDead, Busy, Snapshots.Healthy })
            foreach (var top in new[] { 0, 5, 0 })
            {
                var lines = MonitorPage.Of(News(view), Colourful, 80, 24, top);
                screen.Feed(Screen.Changes(before, lines, 24));
                Assert.Equal(lines.Select(line => Colours().Replace(line, "").TrimEnd()), Enumerable.Range(0, 24).Select(screen.Line));
                before = lines;
            }

        Assert.Equal((0, 0), (screen.Scrolled, screen.Cleared));
    }

    [Fact]
    public void A_second_in_which_nothing_happens_costs_a_few_bytes_on_the_line()
    {
        var now = Snapshots.Healthy;
        var before = MonitorPage.Of(News(now), Colourful, 80, 24);
        for (var second = 1; second < 50; second++)
        {
            var links = now.Links.Select(link => link with { HeardMs = second % 7 * 10, Sent = link.Sent + (10 * second) });
            var later = now with
            {
                UnixMs = now.UnixMs + (second * 1000), Peer = now.Peer with { HeardMs = second % 9 * 11 }, Links = [.. links],
            };
            var lines = MonitorPage.Of(News(later), Colourful, 80, 24);
            Assert.InRange(Screen.Changes(before, lines, 24).Length, 1, 24);
            before = lines;
        }

        Assert.Equal("", Screen.Changes(before, before, 24));
        // At 9600 baud 960 bytes go over a line in a second: the whole picture takes two of them, once.
        Assert.InRange(Screen.Changes(null, before, 24).Length, 500, 2100);
    }

    [Theory]
    [InlineData("healthy")]
    [InlineData("busy")]
    public void Colour_says_nothing_that_words_do_not(string name) => Assert.Equal(
        MonitorPage.Of(News(View(name)), Letters, 80, 24),
        MonitorPage.Of(News(View(name)), Colourful, 80, 24).Select(line => Colours().Replace(line, "")));

    [Fact]
    public void What_matters_most_is_shown_and_what_is_not_shown_is_counted()
    {
        var lines = MonitorPage.Of(News(Busy), Letters, 160, 20);
        var text = string.Join('\n', lines);
        foreach (var needed in new[] { "pbx on pbx-a", "Active", "CRITICAL: ", "pbx/fax", "pbx/vip", "health" })
            Assert.Contains(needed, text, StringComparison.Ordinal);
        Assert.Matches("^q quits, arrows scroll; not shown: .*[0-9]+ finding", lines[^1]);
        Assert.Matches("^q quits, arrows; [0-9]+ rows not shown$", MonitorPage.Of(News(Busy), Letters, 40, 12)[^1]);
        // Failed before missed, both before what is fine.
        Assert.True(text.IndexOf("pbx/fax", StringComparison.Ordinal) < text.IndexOf("pbx/vip", StringComparison.Ordinal));
        var rows = MonitorRows.Of(News(Busy), full: false, findings: 6).Count(row => row.Rank != Rank.Blank && row.Rank != Rank.Title);
        var hidden = Number().Matches(lines[^1]).Sum(match => int.Parse(match.Value, System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(rows, 19 + hidden);
    }

    [Fact]
    public void Arrows_reach_every_line()
    {
        var seen = new HashSet<string>();
        var most = MonitorPage.TopMax(News(Busy), Letters, 80, 12);
        Assert.True(most > 20);
        for (var top = 1; top <= most; top++) seen.UnionWith(MonitorPage.Of(News(Busy), Letters, 80, 12, top).SkipLast(1));
        foreach (var resource in Busy.Groups[0].Resources)
            Assert.Contains(seen, line => line.Contains($"pbx/{resource.Name} ", StringComparison.Ordinal));
        Assert.Contains(seen, line => line.EndsWith("event 50", StringComparison.Ordinal));
        Assert.Contains(seen, line => line.EndsWith("event 1", StringComparison.Ordinal));
        Assert.Equal(0, MonitorPage.TopMax(News(Snapshots.Healthy, []), Letters, 80, 60));
    }

    [Fact]
    public void When_the_agent_is_gone_the_old_picture_stays_and_is_called_old()
    {
        var lines = MonitorPage.Of(new AgentNews(Snapshots.Healthy, [], "the agent is not running"), Letters, 80, 24);
        Assert.Equal("!! NOT CURRENT, trying again: the agent is not running", lines[1]);
        Assert.Contains(lines, line => line.Contains("pbx on pbx-a", StringComparison.Ordinal));
        var small = MonitorPage.Of(new AgentNews(Hostile, [], "the agent is not running"), Letters, 60, 5);
        Assert.Contains(small, line => line.Contains("NOT CURRENT", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_any_picture_only_the_reason_is_shown() => Assert.Equal(
        ["!! the agent is not running", "", "q quits"],
        MonitorPage.Of(new AgentNews(null, [], "the agent is not running"), Letters, 80, 3));

    [Fact]
    public void On_paper_everything_is_there_as_plain_text()
    {
        var lines = MonitorPage.Whole(News(Busy), Look.Plain, 80);
        Check(lines, Look.Plain, 81, int.MaxValue);
        Assert.All(
            Busy.Groups[0].Resources, one => Assert.Contains(lines, line => line.Contains($"pbx/{one.Name} ", StringComparison.Ordinal)));
        Assert.EndsWith("event 50", lines[^1], StringComparison.Ordinal);
    }

    private static AgentNews News(StatusView view, EventView[]? events = null) => new(view, events ?? Events, "");

    [GeneratedRegex("\e\\[[0-9;]*m")]
    private static partial Regex Colours();

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Number();
}
