using Appliance.Agent.Clock;
using Appliance.Agent.Lines;
using Appliance.Core.Cluster;
using Appliance.Core.Lines;
using Appliance.Core.Resources;
using Appliance.Drivers.Systemd;

namespace Appliance.Agent.Tests.Lines;

/// <summary>The agent's side of a relay against a real keeper.</summary>
public sealed class RelayLineTests : IDisposable
{
    private static readonly TimeSpan Deadtime = TimeSpan.FromMilliseconds(400);
    private readonly KeeperFixture _keeper = new();
    private readonly RelayLine _line;
    private volatile NodeState _state = LineStates.Node(Role.Active);
    private volatile string _failed = "";

    public RelayLineTests()
    {
        _line = NewLine();
        _line.Begin();
    }

    [Fact]
    public void Starting_brings_the_lines_here_and_stopping_lets_them_go()
    {
        using var turning = new LineStates.Turning(_line.Publish, () => _state);
        Assert.Equal(Outcome.Success, _line.Take(Bound(10)).Outcome);
        Assert.Equal(LinePosition.A, _keeper.Relay.Position);
        KeeperFixture.Until(() => _line.View is { Standing: LineStanding.Here, Text: "here (relay A, read back)" }, "the view says so");
        Assert.Equal(Outcome.Success, _line.Release(Bound(10)).Outcome);
        Assert.Equal(LinePosition.B, _keeper.Relay.Position);
        Assert.Equal(LineStanding.There, _line.View.Standing);
    }

    [Fact]
    public void A_started_line_stays_as_long_as_the_decision_loop_turns_and_no_longer()
    {
        var turning = new LineStates.Turning(_line.Publish, () => _state);
        Assert.Equal(Outcome.Success, _line.Take(Bound(10)).Outcome);
        _line.Watch(why => _failed = why);
        Thread.Sleep(Deadtime * 3);
        Assert.Equal((LinePosition.A, ""), (_keeper.Relay.Position, _failed));
        turning.Stop();
        KeeperFixture.Until(() => _keeper.Relay.Position == LinePosition.B, "a loop that hangs loses the lines");
        // The relay is told before the people are.
        KeeperFixture.Until(() => _keeper.Told.Contains("ran out", StringComparison.Ordinal), "why is told");
        // The loop goes on, and hears of its loss; it does not take them back by itself.
        using var again = new LineStates.Turning(_line.Publish, () => _state);
        KeeperFixture.Until(() => _failed.Contains("run out", StringComparison.Ordinal), "the loss is told");
        Assert.Equal(LinePosition.B, _keeper.Relay.Position);
    }

    [Fact]
    public void A_dead_agent_loses_the_lines_and_one_that_is_back_in_time_keeps_them()
    {
        using (new LineStates.Turning(_line.Publish, () => _state)) Assert.Equal(Outcome.Success, _line.Take(Bound(10)).Outcome);
        _line.Dispose(); // Its connection ends with it.
        using var next = NewLine();
        next.Begin();
        using var turning = new LineStates.Turning(next.Publish, () => _state);
        var back = next.IsHere(Bound(5));
        if (back.Outcome == Outcome.Success)
        {
            // Quick enough, as an agent that systemd restarts.
            Thread.Sleep(Deadtime * 3);
            Assert.DoesNotContain("ran out", _keeper.Told, StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal(Outcome.NotRunning, back.Outcome); // A machine too busy for it: then they were let go.
            KeeperFixture.Until(() => _keeper.Relay.Position == LinePosition.B, "the lease is over");
        }
    }

    [Theory]
    [InlineData(Role.Passive)]
    [InlineData(Role.Failed)]
    public void A_group_that_is_not_held_here_does_not_get_them(Role role)
    {
        _state = LineStates.Node(role);
        using var turning = new LineStates.Turning(_line.Publish, () => _state);
        var verdict = _line.Take(Bound(0.3));
        Assert.Equal(Outcome.Failed, verdict.Outcome);
        Assert.Contains("not held here", verdict.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(LinePosition.A, _keeper.Relay.Sets);
    }

    [Fact]
    public void A_node_that_still_looks_around_does_not_get_them()
    {
        _state = LineStates.Node(Role.Activating) with { Revalidating = true };
        using var turning = new LineStates.Turning(_line.Publish, () => _state);
        Assert.Equal(Outcome.Failed, _line.Take(Bound(0.3)).Outcome);
        Assert.DoesNotContain(LinePosition.A, _keeper.Relay.Sets);
    }

    [Fact]
    public void An_older_term_does_not_get_them()
    {
        Assert.True(_keeper.Ask(new LineRequest(LineCommands.Lease, 9, 100)).Ok);
        using var turning = new LineStates.Turning(_line.Publish, () => _state);
        var verdict = _line.Take(Bound(0.5));
        Assert.Contains("older than 9", verdict.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_relay_that_is_lost_is_a_failure_of_the_resource()
    {
        using var turning = new LineStates.Turning(_line.Publish, () => _state);
        Assert.Equal(Outcome.Success, _line.Take(Bound(10)).Outcome);
        _line.Watch(why => _failed = why);
        _keeper.Relay.Problem = "/dev/ttyUSB0: no such device";
        KeeperFixture.Until(() => _failed.Contains("no such device", StringComparison.Ordinal), "it is told in words");
        Assert.Equal(LineStanding.Unknown, _line.View.Standing);
        // Letting go of what cannot be reached ends all the same, and says what is not known.
        Assert.Contains("does not confirm", _line.Release(Bound(10)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_keeper_that_is_gone_is_a_failure_of_the_resource()
    {
        using var turning = new LineStates.Turning(_line.Publish, () => _state);
        Assert.Equal(Outcome.Success, _line.Take(Bound(10)).Outcome);
        _line.Watch(why => _failed = why);
        _keeper.Stop();
        // An orderly end may be heard from the keeper itself, or only be seen when it is gone.
        KeeperFixture.Until(() => _failed.Length > 0, "it is told in words");
        KeeperFixture.Until(
            () => _line.View.Text.Contains("systemctl status appliance-relay@card", StringComparison.Ordinal), () => _line.View.Text);
        Assert.Equal(LineStanding.Unknown, _line.View.Standing);
    }

    [Fact]
    public void A_relay_that_hangs_holds_up_the_release_only_and_not_those_who_ask()
    {
        using var turning = new LineStates.Turning(_line.Publish, () => _state);
        Assert.Equal(Outcome.Success, _line.Take(Bound(10)).Outcome);
        _keeper.Relay.Hang();
        var verdict = _line.Release(Bound(0.5));
        Assert.Equal(Outcome.Failed, verdict.Outcome);
        KeeperFixture.Until(() => _line.View.Text.Contains("hangs", StringComparison.Ordinal), "the view says so");
        _keeper.Relay.Free();
        Assert.Equal(Outcome.Success, _line.Release(Bound(10)).Outcome);
    }

    [Fact]
    public void An_agent_that_leaves_in_maintenance_leaves_its_resources_the_lines()
    {
        _state = _state with { MaintenanceUntil = BootClock.Now + TimeSpan.FromMinutes(5) };
        using (new LineStates.Turning(_line.Publish, () => _state)) Assert.Equal(Outcome.Success, _line.Take(Bound(10)).Outcome);
        _line.Dispose();
        Thread.Sleep(Deadtime * 2);
        var status = _keeper.Status;
        Assert.Equal((LinePosition.A, true), (status.Position, status.LeaseMs > 200_000));
    }

    public void Dispose()
    {
        _line.Dispose();
        _keeper.Dispose();
    }

    private RelayLine NewLine() => new(
        new RelayLineOptions("card", "scripted", 0, _keeper.Path, TimeSpan.FromMilliseconds(50), Deadtime), () => BootClock.Now,
        () => new SimulatedSystemd(), () => { });

    private static CancellationToken Bound(double seconds) => new CancellationTokenSource(TimeSpan.FromSeconds(seconds)).Token;
}
