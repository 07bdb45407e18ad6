using Appliance.Agent.Lines;
using Appliance.Core.Cluster;
using Appliance.Core.Resources;

namespace Appliance.Agent.Tests.Lines;

/// <summary>The node that does not power the relay: it has the lines when the other one lets them go.</summary>
public class FarLineTests
{
    [Theory]
    [InlineData(LineStanding.There, PeerState.Up, LineStanding.Here)]
    [InlineData(LineStanding.Here, PeerState.Up, LineStanding.There)]
    [InlineData(LineStanding.Here, PeerState.Late, LineStanding.There)]
    [InlineData(LineStanding.Unknown, PeerState.Up, LineStanding.Unknown)]
    [InlineData(LineStanding.None, PeerState.Up, LineStanding.Unknown)]
    [InlineData(LineStanding.Here, PeerState.Dead, LineStanding.Unknown)]
    [InlineData(LineStanding.There, PeerState.Dead, LineStanding.Unknown)]
    [InlineData(LineStanding.Unknown, PeerState.Left, LineStanding.Here)]
    public void Where_the_lines_are_is_what_the_other_node_says_while_it_lives(LineStanding said, PeerState life, LineStanding seen)
    {
        using var line = Line();
        line.Publish(LineStates.Node(Role.Passive, node: 1, peer: said, life: life));
        Assert.Equal(seen, line.View.Standing);
        Assert.Contains("pbx-a", line.View.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_recording_does_not_bring_them_here()
    {
        using var line = Line();
        var state = LineStates.Node(Role.Passive, node: 1, peer: LineStanding.There);
        line.Publish(state with { Peer = state.Peer with { Fresh = false } });
        Assert.Equal(LineStanding.Unknown, line.View.Standing);
    }

    [Fact]
    public void Starting_waits_until_they_are_let_go()
    {
        using var line = Line();
        line.Publish(LineStates.Node(Role.Activating, node: 1, peer: LineStanding.Here));
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        Agent.Resources.Verdict? start = null;
        var taking = new Thread(() => start = line.Take(bound.Token));
        taking.Start();
        Assert.False(taking.Join(100));
        line.Publish(LineStates.Node(Role.Activating, node: 1, peer: LineStanding.There));
        Assert.True(taking.Join(TimeSpan.FromSeconds(20)));
        Assert.Equal(Outcome.Success, start?.Outcome);
        Assert.Equal(Outcome.Success, line.IsHere(bound.Token).Outcome);
        Assert.Equal(Outcome.Success, line.Release(bound.Token).Outcome);
    }

    [Fact]
    public void Starting_fails_while_the_other_node_has_them_and_goes_on_when_it_does_not_know()
    {
        using var line = Line();
        line.Publish(LineStates.Node(Role.Activating, node: 1, peer: LineStanding.Here));
        using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        Assert.Contains("at pbx-a", line.Take(soon.Token).Text, StringComparison.Ordinal);
        line.Publish(LineStates.Node(Role.Activating, node: 1, peer: LineStanding.Unknown));
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var verdict = line.Take(bound.Token);
        Assert.Equal(Outcome.Success, verdict.Outcome);
        Assert.Contains("nothing more can be done from here", verdict.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_that_the_other_node_took_while_this_one_serves_are_a_failure()
    {
        using var line = Line();
        var failed = "";
        line.Watch(why => failed = why);
        line.Publish(LineStates.Node(Role.Active, node: 1, peer: LineStanding.Here));
        Assert.Equal("", failed); // A word that crossed ours is none.
        KeeperFixture.Until(() =>
        {
            line.Publish(LineStates.Node(Role.Active, node: 1, peer: LineStanding.Here));
            return failed.Length > 0;
        }, "it is told");
        Assert.Contains("although this node serves", failed, StringComparison.Ordinal);
    }

    [Fact]
    public void A_silent_node_may_hang_with_its_relay_under_power_and_the_service_goes_on_at_once_all_the_same()
    {
        using var line = Line();
        var dead = LineStates.Node(Role.Activating, node: 1, peer: LineStanding.Here, life: PeerState.Dead);
        line.Publish(dead);
        using var never = new CancellationTokenSource();
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var verdict = line.Take(never.Token);
        Assert.Equal(Outcome.Success, verdict.Outcome);
        Assert.Contains("presumed here (pbx-a is silent", verdict.Text, StringComparison.Ordinal);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(3), "the patience with a node that does not know is not for one that is silent");
        line.Publish(dead with { PeerFenced = true });
        Assert.Equal(LineStanding.Here, line.View.Standing);
    }

    private static FarLine Line() => new("card", "lcus", 0, () => { });
}
