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
    [InlineData("skips-superblock", 1)]
    [InlineData("skips-bitmap", 1)]
    [InlineData("metadata-not-stable", 1)]
    [InlineData("loses-generation", 1)]
    [InlineData("claims-uptodate", 11)]
    [InlineData("disk-lies-about-flush", 0)]
    [InlineData("skips-local-flush", 0)]
    [InlineData("ignores-fua", 1)]
    [InlineData("answers-before-disk", 0)]
    [InlineData("ignores-short-write", 11)]
    [InlineData("ignores-write-error", 10)]
    [InlineData("ignores-flush-error", 245)]
    [InlineData("flushes-only-here", 1)]
    [InlineData("answers-before-peer", 1)]
    [InlineData("mirrors-no-zeroes", 1)]
    [InlineData("copies-nothing", 0)]
    [InlineData("forgets-peers-marks", 7)]
    [InlineData("compares-nothing", 1)]
    [InlineData("applies-old-frames", 2)]
    [InlineData("disk-tears", 0)]
    [InlineData("disk-misdirects", 0)]
    [InlineData("ignores-read-error", 13)]
    [InlineData("reorders-writes", 0)]
    [InlineData("stays-exposed", 1)]
    [InlineData("promotes-anything", 38)]
    [InlineData("fences-nobody", 660)]
    [InlineData("drops-unstable", 1)]
    [InlineData("drops-in-flight", 6)]
    [InlineData("cools-too-early", 1)]
    [InlineData("mints-nothing", 1)]
    [InlineData("unmarks-too-early", 1)]
    [InlineData("forgets-unstable", 1)]
    public void The_rules_catch(string name, ulong hint)
    {
        var bug = ReplicaBugs.Find(name);
        Assert.NotNull(bug);
        var sweep = ReplicaSweep.Run(hint, SeedsMax, bug, CancellationToken.None);
        Assert.True(sweep.First is not null, $"{name} was not caught within {SeedsMax} seeds");
    }
}
