using Appliance.Simulation.Replica;
using Appliance.Simulation.Replica.Bugs;

namespace Appliance.Core.Tests.Replica.Simulation;

/// <summary>
/// Planted bugs break a rule. The hint is a seed near which one did when it was written, so that the test is quick; if the plans of seeds
/// change, the search goes on from there.
/// </summary>
public sealed class PlantedBugTests
{
    private const ulong SeedsMax = 400;

    [Theory]
    [InlineData("skips-intent", 0)]
    [InlineData("skips-superblock", 0)]
    [InlineData("skips-bitmap", 0)]
    [InlineData("metadata-not-stable", 0)]
    [InlineData("loses-generation", 5)]
    [InlineData("claims-uptodate", 1)]
    [InlineData("disk-lies-about-flush", 0)]
    [InlineData("skips-local-flush", 0)]
    [InlineData("ignores-fua", 0)]
    [InlineData("answers-before-disk", 0)]
    [InlineData("ignores-short-write", 4)]
    [InlineData("ignores-write-error", 28)]
    [InlineData("ignores-flush-error", 37)]
    [InlineData("flushes-only-here", 1)]
    [InlineData("answers-before-peer", 1)]
    [InlineData("mirrors-no-zeroes", 1)]
    [InlineData("copies-nothing", 0)]
    [InlineData("forgets-peers-marks", 5)]
    [InlineData("compares-nothing", 1)]
    [InlineData("applies-old-frames", 2)]
    public void The_rules_catch(string name, ulong hint)
    {
        var bug = ReplicaBugs.Find(name);
        Assert.NotNull(bug);
        var sweep = ReplicaSweep.Run(hint, SeedsMax, bug, CancellationToken.None);
        Assert.True(sweep.First is not null, $"{name} was not caught within {SeedsMax} seeds");
    }
}
