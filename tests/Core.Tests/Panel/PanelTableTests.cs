using System.Text;
using System.Text.RegularExpressions;
using Appliance.Core.Panel;

namespace Appliance.Core.Tests.Panel;

/// <summary>The table holds for every state, its rows are told apart without colours, and docs/PANEL.md shows it.</summary>
public sealed partial class PanelTableTests
{
    [Fact]
    public void Every_state_has_one_row_and_every_word_leads_back()
    {
        Assert.Equal(Enum.GetValues<PanelState>().Order(), PanelTable.Rows.Select(row => row.State).Order());
        Assert.All(PanelTable.Rows, row => Assert.Same(row, PanelTable.Of(row.Word)));
        Assert.Null(PanelTable.Of("nonsense"));
    }

    [Fact]
    public void No_two_states_show_the_same_lights_whether_the_node_serves_or_not()
    {
        var seen = new Dictionary<(string, string), PanelState>();
        foreach (var row in PanelTable.Rows)
        foreach (var serves in row.Role is null ? new[] { true, false } : [true])
        {
            var picture = PanelPicture.Of(row.State, serves);
            Assert.True(seen.TryAdd((picture.StatusLight.Word, picture.RoleLight.Word), row.State),
                $"{row.Word} looks like {seen.GetValueOrDefault((picture.StatusLight.Word, picture.RoleLight.Word))}");
        }
    }

    [Fact]
    public void Titles_differ_and_fit_the_smallest_display()
    {
        Assert.All(PanelTable.Rows, row => Assert.InRange(row.Title.Length, 1, PanelTable.TitleMax));
        Assert.Equal(PanelTable.Rows.Count, PanelTable.Rows.Select(row => row.Title).Distinct().Count());
    }

    /// <summary>A person tells a rhythm from another by its pace or by how much of it is light: twice the pace, or a share that differs by
    /// two fifths.</summary>
    [Fact]
    public void Rhythms_are_told_apart_by_pace_or_by_share_of_light()
    {
        foreach (var one in LedRhythm.All)
        foreach (var other in LedRhythm.All.Where(rhythm => rhythm != one))
        {
            var pace = Math.Max((double)one.PeriodMs / one.Beats / other.PeriodMs * other.Beats,
                (double)other.PeriodMs / other.Beats / one.PeriodMs * one.Beats);
            var share = Math.Abs(one.Share - other.Share);
            Assert.True(one.IsSteady != other.IsSteady || pace >= 2 || share >= 0.4, $"{one.Word} and {other.Word} look alike");
        }
    }

    [Fact]
    public void A_rhythm_is_as_long_as_its_steps()
    {
        Assert.All(LedRhythm.All, rhythm => Assert.Equal(rhythm.PeriodMs, rhythm.Steps().Sum(step => step.Ms)));
        Assert.Equal([(true, 120), (false, 150), (true, 120), (false, 900)], LedRhythm.Double.Steps());
    }

    /// <summary>REWRITE=1 writes the table again.</summary>
    [Fact]
    public void The_page_shows_the_table()
    {
        var page = Repository.PathOf("docs", "PANEL.md");
        var text = File.ReadAllText(page);
        var written = Table().Replace(text, $"<!-- table: states -->\n{Rows()}<!-- end -->", 1);
        written = Rhythms().Replace(written, $"<!-- table: rhythms -->\n{RhythmRows()}<!-- end -->", 1);
        if (Environment.GetEnvironmentVariable("REWRITE") == "1") File.WriteAllText(page, text = written);
        Assert.Equal(written, text);
        Assert.Contains("serving-alone", text, StringComparison.Ordinal);
    }

    private static string Rows()
    {
        var text = new StringBuilder("| state | status light | role light | display | it means | do |\n|---|---|---|---|---|---|\n");
        foreach (var row in PanelTable.Rows)
            text.Append($"| `{row.Word}` | {row.Status.Word} | {row.Role?.Word ?? "on while it serves, else off"} | {row.Title} "
                + $"| {row.Meaning} | {row.WhatToDo} |\n");
        return text.ToString();
    }

    private static string RhythmRows()
    {
        var text = new StringBuilder("| rhythm | looks like | lit and dark, ms |\n|---|---|---|\n");
        foreach (var rhythm in LedRhythm.All)
            text.Append($"| {rhythm.Word} | `{Look(rhythm)}` | {(rhythm.IsSteady ? "steady"
                : string.Join(' ', rhythm.Steps().Select(step => step.Lit ? $"{step.Ms} lit" : $"{step.Ms} dark")))} |\n");
        return text.ToString();
    }

    /// <summary>Four seconds, a character for a twentieth of a second.</summary>
    private static string Look(LedRhythm rhythm)
    {
        var look = new StringBuilder();
        var steps = rhythm.Steps().ToArray();
        for (var ms = 0; ms < 4000; ms += 62)
        {
            var at = ms % rhythm.PeriodMs;
            foreach (var (lit, length) in steps)
            {
                if (at < length)
                {
                    look.Append(lit ? '█' : '.');
                    break;
                }

                at -= length;
            }
        }

        return look.ToString();
    }

    [GeneratedRegex("<!-- table: states -->\n(.*?)<!-- end -->", RegexOptions.Singleline)]
    private static partial Regex Table();

    [GeneratedRegex("<!-- table: rhythms -->\n(.*?)<!-- end -->", RegexOptions.Singleline)]
    private static partial Regex Rhythms();
}
