using System.Text.Json;
using System.Text.RegularExpressions;
using Appliance.Agent.Control;
using Appliance.Agent.Status;
using Appliance.Core.Cluster;

namespace Appliance.Agent.Tests.Status;

public partial class StatusTextTests
{
    public static TheoryData<string> Names => ["healthy", "peer-dead", "served-nowhere", "battered"];

    private static StatusView View(string name) => name switch
    {
        "healthy" => Snapshots.Healthy,
        "peer-dead" => Snapshots.PeerDead,
        "served-nowhere" => Snapshots.ServedNowhere,
        _ => Snapshots.Battered,
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void The_page_is_as_reviewed(string name) =>
        Golden.Check($"{name}.txt", Join(StatusText.Of(View(name), new Paint(false))), "Status");

    [Theory]
    [MemberData(nameof(Names))]
    public void The_json_is_as_reviewed(string name) =>
        Golden.Check($"{name}.json", JsonSerializer.Serialize(View(name), ControlJson.Indented.StatusView) + "\n", "Status");

    [Theory]
    [MemberData(nameof(Names))]
    public void No_line_is_wider_than_the_terminal(string name)
    {
        foreach (var width in new[] { 40, 60, 80, 132 })
        {
            var lines = StatusText.Of(View(name), new Paint(true), width).Select(line => Colours().Replace(line, ""));
            Assert.All(lines, line => Assert.True(line.Length <= width, line));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Colour_changes_nothing_but_colour(string name) =>
        Assert.Equal(
            StatusText.Of(View(name), new Paint(false)).Select(line => line.TrimEnd()),
            StatusText.Of(View(name), new Paint(true)).Select(line => Colours().Replace(line, "").TrimEnd()));

    [Fact]
    public void Texts_of_scripts_cannot_steer_the_terminal()
    {
        var group = Snapshots.Pbx();
        var evil = group.Resources[0] with { Text = "\u001b]0;owned\u0007\u001b[2J\r\nGROUP forged\u009b31m" };
        var view = Snapshots.Healthy with { Groups = [group with { Why = "\u001b[2J", Resources = [evil] }] };
        Assert.All(StatusText.Of(view, new Paint(false)), line => Assert.DoesNotContain(line, char.IsControl));
        Assert.DoesNotContain(OneLine.Of(view), char.IsControl);
        Assert.DoesNotContain(StatusText.Of(view, new Paint(false)), line => line.StartsWith("GROUP forged", StringComparison.Ordinal));
    }

    [Fact]
    public void A_cluster_without_links_groups_or_names_is_still_a_page()
    {
        var empty = Snapshots.Healthy with { Links = [], Groups = [], Cluster = "", Alarms = [] };
        Assert.NotEmpty(StatusText.Of(empty, new Paint(false)));
    }

    [Theory]
    [InlineData(0, "0 ms")]
    [InlineData(999, "999 ms")]
    [InlineData(1000, "1 s")]
    [InlineData(59_940, "59.9 s")]
    [InlineData(60_000, "1 min")]
    [InlineData(200_000, "3 min 20 s")]
    [InlineData(7_500_000, "2 h 5 min")]
    [InlineData(792_000_000, "9 d 4 h")]
    [InlineData(-5, "0 ms")]
    public void Durations_read_like_durations(long milliseconds, string words) => Assert.Equal(words, Words.Span(milliseconds));

    private static string Join(IEnumerable<string> lines) => string.Join('\n', lines) + "\n";

    [GeneratedRegex("\u001b\\[[0-9;]*m")]
    private static partial Regex Colours();
}
