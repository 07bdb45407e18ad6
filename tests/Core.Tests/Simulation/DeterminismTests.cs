using Appliance.Simulation;

namespace Appliance.Core.Tests.Simulation;

public sealed class DeterminismTests
{
    [Theory]
    [InlineData(7)]
    [InlineData(11)]
    [InlineData(42)]
    public void The_same_seed_tells_the_same_story_line_by_line(ulong seed)
    {
        var first = Rehearsal.Play(seed, keepStory: true);
        Assert.Equal(first.Lines, Rehearsal.Play(seed, keepStory: true).Lines);
        Assert.NotEmpty(first.Lines);
    }

    [Fact]
    public void A_story_that_is_not_kept_is_the_same_story()
    {
        var (told, untold) = (Rehearsal.Play(5, keepStory: true), Rehearsal.Play(5, keepStory: false));
        Assert.Equal((told.Violation, told.Time, told.Steps), (untold.Violation, untold.Time, untold.Steps));
    }

    [Fact]
    public void Two_seeds_tell_two_stories() =>
        Assert.NotEqual(Rehearsal.Play(1, keepStory: true).Lines, Rehearsal.Play(2, keepStory: true).Lines);
}
