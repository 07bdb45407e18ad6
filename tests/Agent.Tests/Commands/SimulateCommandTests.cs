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
    public void What_if_answers_for_the_configured_pair()
    {
        var run = CommandLine.Run(
            "simulate", "--config", RepositoryFiles.PathOf("docs/appliance.minimal.toml"), "--what-if", "pbx-a loses power");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("pbx moves from pbx-a to pbx-b, nobody serves it for ", run.Output, StringComparison.Ordinal);
        Assert.Contains("No rule of the cluster is broken.", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--what-if", "pbx-z hangs", "there is no node pbx-z; nodes: pbx-a, pbx-b")]
    [InlineData("--serving", "pbx-a", "--serving needs --what-if.")]
    public void What_if_refuses_what_is_not_in_the_file(string option, string value, string why)
    {
        var run = CommandLine.Run("simulate", "--config", RepositoryFiles.PathOf("docs/appliance.minimal.toml"), option, value);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(why, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_story_says_itself_what_its_nodes_have()
    {
        var run = CommandLine.Run("simulate", "--fences");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--fences needs --seed", run.Error, StringComparison.Ordinal);
    }
}
