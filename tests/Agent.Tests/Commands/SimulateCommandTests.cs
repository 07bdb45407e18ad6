namespace Appliance.Agent.Tests.Commands;

/// <summary><c>appliance simulate</c>: the world with and without fence devices.</summary>
public class SimulateCommandTests
{
    [Fact]
    public void With_fences_the_same_seed_has_devices_that_are_used()
    {
        var with = CommandLine.Run("simulate", "--seed", "1", "--fences");
        Assert.Equal(0, with.ExitCode);
        Assert.Contains("seed 1: no rule was broken", with.Output, StringComparison.Ordinal);
        Assert.Contains("fencing", with.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("fencing", CommandLine.Run("simulate", "--seed", "1").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_story_says_itself_what_its_nodes_have()
    {
        var run = CommandLine.Run("simulate", "--fences");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--fences needs --seed", run.Error, StringComparison.Ordinal);
    }
}
