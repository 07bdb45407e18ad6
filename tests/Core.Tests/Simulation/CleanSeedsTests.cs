using Appliance.Simulation;

namespace Appliance.Core.Tests.Simulation;

public sealed class CleanSeedsTests
{
    private const ulong Seeds = 300;

    /// <summary>On a busy machine fewer seeds are played: the test is bounded by time, never by failing.</summary>
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(40);

    [Fact]
    public void No_rule_is_broken_where_nodes_can_switch_each_other_off()
    {
        using var stop = new CancellationTokenSource(Bound);
        var sweep = Sweep.Run(0, Seeds, bug: (Appliance.Simulation.Bugs.PlantedBug?)null, stop.Token, fences: true);
        Assert.True(sweep.Count > 0);
        Assert.True(sweep.First is null, sweep.First is { } first ? $"seed {first.Seed}: {first.Violation}" : "");
    }

    [Fact]
    public void No_rule_of_the_architecture_is_broken_whatever_happens()
    {
        using var stop = new CancellationTokenSource(Bound);
        var sweep = Sweep.Run(0, Seeds, bug: (Appliance.Simulation.Bugs.PlantedBug?)null, stop.Token);
        Assert.True(sweep.Count > 0);
        Assert.True(sweep.First is null, sweep.First is { } first ? $"seed {first.Seed}: {first.Violation}" : "");
    }
}
