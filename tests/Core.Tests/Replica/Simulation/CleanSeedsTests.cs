using Appliance.Simulation;
using Appliance.Simulation.Replica;

namespace Appliance.Core.Tests.Replica.Simulation;

public sealed class CleanSeedsTests
{
    private const ulong Seeds = 150;

    /// <summary>On a busy machine fewer seeds are played: the test is bounded by time, never by failing.</summary>
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    [Fact]
    public void No_invariant_of_the_replicator_is_broken_whatever_happens()
    {
        using var stop = new CancellationTokenSource(Bound);
        var sweep = ReplicaSweep.Run(0, Seeds, null, stop.Token);
        Assert.True(sweep.Count > 0);
        Assert.True(sweep.First is null, sweep.First is { } first ? $"seed {first.Seed}: {first.Violation}" : "");
    }

    [Theory]
    [InlineData(3)]
    [InlineData(64)]
    public void The_same_seed_tells_the_same_story_line_by_line(ulong seed)
    {
        var first = ReplicaRehearsal.Play(seed, keepStory: true);
        Assert.Equal(first.Lines, ReplicaRehearsal.Play(seed, keepStory: true).Lines);
        Assert.NotEmpty(first.Lines);
        Assert.Equal(first.Steps, ReplicaRehearsal.Play(seed, keepStory: false).Steps);
    }
}
