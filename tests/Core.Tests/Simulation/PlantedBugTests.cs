using Appliance.Simulation;
using Appliance.Simulation.Bugs;

namespace Appliance.Core.Tests.Simulation;

/// <summary>
/// Every planted bug breaks a rule. The hint is a seed near which it did when it was written, so that the test is quick; if the plans of
/// the seeds
/// change, the search goes on from there.
/// </summary>
public sealed class PlantedBugTests
{
    private const ulong SeedsMax = 700;

    [Theory]
    [InlineData("speaks-before-disk", 0, "3")]
    [InlineData("forgets-to-write", 0, "3")]
    [InlineData("forgets-terms", 26, "3")]
    [InlineData("one-link-is-all", 26, "15")]
    [InlineData("skips-evidence", 1, "1E")]
    [InlineData("ignores-isolation", 68, "2")]
    [InlineData("believes-recordings", 308, "25")]
    [InlineData("promotes-without-grant", 91, "135")]
    [InlineData("no-look-around", 9, "16")]
    [InlineData("always-fails-back", 575, "7")]
    [InlineData("undoes-orders", 92, "O")]
    [InlineData("no-fencing-bound", 26, "158")]
    [InlineData("promotes-stale-data", 41, "4")]
    [InlineData("writes-on-alone", 14, "4")]
    [InlineData("any-copy-is-old", 4, "4")]
    [InlineData("winner-stops", 45, "37")]
    [InlineData("never-yields", 6, "1")]
    [InlineData("no-initdead", 1, "5")]
    [InlineData("short-deadtime", 0, "15")]
    [InlineData("stop-lies", 0, "18")]
    [InlineData("no-restart-budget", 14, "7")]
    [InlineData("no-fence", 26, "8L")]
    [InlineData("skips-witness", 328, "15E")]
    [InlineData("leaves-early", 185, "15E")]
    [InlineData("fence-order-is-off", 0, "1EF")]
    [InlineData("failed-fence-is-off", 330, "1EF")]
    [InlineData("fences-late-peers", 0, "F")]
    [InlineData("fences-when-cut-off", 0, "2F")]
    [InlineData("no-fence-delay", 0, "F")]
    public void The_oracle_catches(string name, ulong hint, string rule)
    {
        var bug = PlantedBugs.Find(name);
        Assert.NotNull(bug);
        var sweep = Sweep.Run(hint, SeedsMax, bug, CancellationToken.None);
        Assert.True(sweep.First is not null, $"{name} was not caught within {SeedsMax} seeds");
        Assert.Contains(sweep.First.Violation!.Rule[..1], rule, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_planted_bug_has_its_line_above() =>
        Assert.Equal(
            PlantedBugs.All.Select(bug => bug.Name).Order(),
            typeof(PlantedBugTests).GetMethod(nameof(The_oracle_catches))!.GetCustomAttributes(typeof(InlineDataAttribute), false)
                .Cast<InlineDataAttribute>().Select(line => (string)line.GetData(null!).Single()[0]!).Order());
}
