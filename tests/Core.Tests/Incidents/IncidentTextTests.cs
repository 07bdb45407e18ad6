using System.Xml.Linq;
using Appliance.Core.Cluster;
using Appliance.Core.Incidents;

namespace Appliance.Core.Tests.Incidents;

/// <summary>The text and the picture of one power cut, byte for byte; and what hostile words may not do to them.</summary>
public sealed class IncidentTextTests
{
    private const string Hostile = "</text><script>alert('x')</script>\u001b[2J\u202e&\"\0\ud800 \ud83d\ude00 ]]> <!-- ";

    [Fact]
    public void Text_is_the_golden_one() => Golden(
        "power-cut.txt", string.Concat(IncidentText.Of(PowerCut()).Select(row => row + "\n")));

    [Fact]
    public void List_is_the_golden_one() => Golden(
        "power-cut-row.txt", string.Concat(IncidentText.Row(PowerCut()).Select(row => row + "\n")));

    [Fact]
    public void Picture_is_the_golden_one() =>
        Golden("power-cut.svg", IncidentPicture.Of(PowerCut()));

    [Fact]
    public void No_line_is_longer_than_80_columns_and_nothing_steers_the_terminal()
    {
        var record = Spoilt();
        foreach (var row in IncidentText.Of(record).Concat(IncidentText.Row(record)))
        {
            Assert.True(row.Length <= IncidentText.Width, $"{row.Length}: {row}");
            Assert.DoesNotContain(row, character => char.IsControl(character) || character == '\u202e');
        }
    }

    [Fact]
    public void Picture_is_xml_without_scripts_links_or_anything_fetched()
    {
        var svg = IncidentPicture.Of(Spoilt());
        var document = XDocument.Parse(svg);
        var names = document.Descendants().Select(element => element.Name.LocalName).Distinct().Order().ToList();
        Assert.Equal(["circle", "path", "rect", "style", "svg", "text", "title"], names);
        Assert.DoesNotContain(document.Descendants().SelectMany(element => element.Attributes()), attribute =>
            attribute.Name.LocalName.StartsWith("on", StringComparison.Ordinal) || attribute.Name.LocalName == "href");
        Assert.DoesNotContain("url(", svg, StringComparison.Ordinal);
        Assert.DoesNotContain("@import", svg, StringComparison.Ordinal);
        Assert.Contains(document.Descendants(), element => element.Name.LocalName == "title"
            && element.Value.Contains("<script>alert('x')</script>", StringComparison.Ordinal));
    }

    [Fact]
    public void Picture_of_nothing_and_of_very_much_is_still_a_picture()
    {
        var pair = IncidentScene.Serving();
        XDocument.Parse(IncidentPicture.Of(IncidentScene.Empty(pair, 0)));
        var many = Enumerable.Range(0, 5000).Select(number => new IncidentEntry(
            number * 1_000_000_000_000L, null, number % 2 == 0 ? "pbx-a" : "pbx-b", "role", "pbx", null, "Active", "Passive", "x", number));
        var phases = Enumerable.Range(0, 5000).Select(number => new IncidentPhase("noticed", "pbx", "pbx-a", number, 1, 0));
        var svg = IncidentPicture.Of(IncidentScene.Empty(pair, 0) with { Events = [.. many], Phases = [.. phases] });
        Assert.True(svg.Length < 1 << 20, $"{svg.Length} bytes");
        XDocument.Parse(svg);
    }

    /// <summary>REWRITE=1 writes the golden files again, to be reviewed as a change.</summary>
    private static void Golden(string name, string text)
    {
        var path = Repository.PathOf("tests", "Core.Tests", "Incidents", name);
        if (Environment.GetEnvironmentVariable("REWRITE") == "1") File.WriteAllText(path, text);
        Assert.Equal(File.ReadAllText(path), text);
    }

    private static Incident PowerCut()
    {
        var pair = IncidentScene.Serving();
        var cut = pair.Ms();
        pair.PowerOff(0);
        pair.RunUntil(() => pair.RoleOf(1) == Role.Active, TimeSpan.FromSeconds(10));
        pair.Boot(0, "boot-2");
        pair.Run(TimeSpan.FromSeconds(4));
        var starts = new[] { IncidentScene.Start("boot", "pbx-a", 1700), IncidentScene.Start("agent", "pbx-a", 1900) };
        return IncidentScene.Read(pair, 1, cut + 300, more: starts);
    }

    private static Incident Spoilt()
    {
        var record = PowerCut();
        return record with
        {
            Id = Hostile, Cause = Hostile + new string('w', 300), Peer = Hostile, Also = [Hostile], EndWords = Hostile, PeerHalf = Hostile,
            Groups = [.. record.Groups.Select(group => group with { Noticed = Hostile })],
            Phases = [.. record.Phases.Select(phase => phase with { Node = Hostile })],
            Events = [.. record.Events.Select(entry => entry with { Text = Hostile + entry.Text })],
        };
    }
}
