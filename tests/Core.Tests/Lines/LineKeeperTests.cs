using Appliance.Core.Lines;
using Appliance.Core.Time;

namespace Appliance.Core.Tests.Lines;

public class LineKeeperTests
{
    [Fact]
    public void The_start_gives_the_lines_to_the_other_node()
    {
        var bench = new KeeperBench();
        Assert.Equal(new KeeperEffect.Ask(1, RelayOrder.Reset, LinePosition.B), bench.Log[^1].Effect);
        bench.Obey();
        Assert.True(bench.State.IsAt(LinePosition.B));
        Assert.Contains(
            "the lines are at the other node (B, read back) after 20 ms: the keeper starts", bench.Told, StringComparison.Ordinal);
    }

    [Fact]
    public void A_shared_switch_is_only_looked_at_until_there_is_a_lease()
    {
        var bench = new KeeperBench(shared: true);
        Assert.Equal(RelayOrder.Read, ((KeeperEffect.Ask)bench.Log[^1].Effect).Order);
        bench.Answer(LinePosition.B);
        bench.AdvanceObeying(10_000);
        Assert.Empty(bench.Sets);
        bench.Grant(3, 600);
        Assert.Equal(LinePosition.A, bench.Sets.Single().To);
        bench.Obey();
        bench.AdvanceObeying(10_000);
        Assert.Null(bench.State.Lease);
        Assert.Single(bench.Sets); // The lease ran out, and the other node takes for itself.
    }

    [Fact]
    public void A_lease_that_is_not_renewed_lets_the_lines_go_at_its_end()
    {
        var bench = KeeperBench.AtOwn(leaseMs: 600);
        var granted = bench.Log.Last(entry => entry.Effect is KeeperEffect.Ask { Order: RelayOrder.Set, Position: LinePosition.A }).At;
        bench.Advance(1000);
        var (at, to) = bench.Sets.Last();
        Assert.Equal((granted + TimeSpan.FromMilliseconds(600), LinePosition.B), (at, to));
        bench.Obey();
        Assert.Contains("the lease of term 7 ran out", bench.Told, StringComparison.Ordinal);
    }

    [Fact]
    public void Renewals_keep_the_lines_and_one_that_comes_too_late_does_not()
    {
        var bench = KeeperBench.AtOwn(leaseMs: 600);
        for (var count = 0; count < 50; count++)
        {
            bench.AdvanceObeying(100);
            bench.Grant(7, 600, renewal: true);
        }

        Assert.Equal(LinePosition.A, bench.Sets.Last().To);
        bench.AdvanceObeying(700);
        var late = new KeeperEvent.Granted(7, TimeSpan.FromMilliseconds(600), Renewal: true);
        Assert.Contains("has run out", LineKeeper.Refusal(bench.State, late, bench.Now), StringComparison.Ordinal);
        bench.Feed(late);
        Assert.Null(bench.State.Lease);
    }

    [Fact]
    public void An_answer_to_an_earlier_order_is_none_to_this_one()
    {
        var bench = KeeperBench.AtOwn();
        bench.Feed(new KeeperEvent.Dropped());
        var order = bench.State.Busy!;
        Assert.Equal(LinePosition.B, order.Position);
        foreach (var id in new[] { order.Id - 1, order.Id + 1 })
        {
            bench.Feed(new KeeperEvent.Answered(id, LinePosition.B, true, ""));
            Assert.Equal(order, bench.State.Busy);
            Assert.Equal(LinePosition.A, bench.State.Found);
        }

        bench.Answer(LinePosition.B);
        Assert.True(bench.State.IsAt(LinePosition.B));
    }

    [Fact]
    public void A_relay_that_hangs_is_told_once()
    {
        var bench = KeeperBench.AtOwn();
        bench.Feed(new KeeperEvent.Dropped());
        bench.Advance(3_600_000);
        for (var count = 0; count < 3; count++) bench.Feed(new KeeperEvent.Tick());
        Assert.Single(bench.Log, entry => entry.Effect is KeeperEffect.Tell { Alarm: true } tell
            && tell.Text.Contains("the relay hangs", StringComparison.Ordinal));
    }

    [Fact]
    public void An_agent_that_is_gone_and_back_in_time_keeps_the_lines()
    {
        var bench = KeeperBench.AtOwn(leaseMs: 600);
        bench.Feed(new KeeperEvent.ClientGone());
        bench.AdvanceObeying(400);
        bench.Grant(7, 600, renewal: true);
        bench.AdvanceObeying(400);
        Assert.Equal(LinePosition.A, bench.Sets.Last().To);
        Assert.Contains("the agent is gone", bench.Told, StringComparison.Ordinal);
    }

    [Fact]
    public void An_older_term_never_wins()
    {
        var bench = KeeperBench.AtOwn(term: 7);
        bench.Feed(new KeeperEvent.Dropped());
        bench.AdvanceObeying(5000);
        var old = new KeeperEvent.Granted(6, TimeSpan.FromSeconds(1), Renewal: false);
        Assert.Contains("older than 7", LineKeeper.Refusal(bench.State, old, bench.Now), StringComparison.Ordinal);
        bench.Feed(old);
        bench.AdvanceObeying(5000);
        Assert.Equal(LinePosition.B, bench.Sets.Last().To);
    }

    [Fact]
    public void Letting_go_is_at_once_and_taking_back_waits_for_the_dwell()
    {
        var bench = KeeperBench.AtOwn();
        bench.Feed(new KeeperEvent.Dropped());
        Assert.Equal((bench.Now, LinePosition.B), bench.Sets.Last());
        bench.Obey();
        var released = bench.Now;
        bench.Grant(7, 60_000);
        bench.AdvanceObeying(10_000);
        Assert.Equal(LinePosition.A, bench.Sets.Last().To);
        Assert.True(bench.Sets.Last().At - released >= KeeperBench.Dwell);
    }

    [Fact]
    public void An_order_in_the_way_of_letting_go_is_abandoned()
    {
        var bench = new KeeperBench();
        bench.Obey();
        bench.AdvanceObeying(3000);
        bench.Grant(7, 600);
        Assert.Equal(LinePosition.A, bench.State.Busy!.Position);
        var taking = bench.State.Busy.Id;
        bench.Advance(700);
        Assert.Contains(bench.Log, entry => entry.Effect is KeeperEffect.Abandon abandoned && abandoned.Id == taking);
        bench.Feed(new KeeperEvent.Answered(taking, LinePosition.Unknown, false, "given up"));
        Assert.Equal(LinePosition.B, bench.State.Busy!.Position);
    }

    [Fact]
    public void A_relay_that_hangs_is_told_once_and_the_lease_machine_goes_on()
    {
        var bench = KeeperBench.AtOwn(leaseMs: 3000);
        bench.Feed(new KeeperEvent.Dropped());
        bench.Advance(30_000);
        Assert.True(bench.State.Hangs(bench.Now));
        Assert.Single(bench.Log, entry => entry.Effect is KeeperEffect.Tell tell && tell.Text.Contains("hangs", StringComparison.Ordinal));
        Assert.Contains("older", LineKeeper.Refusal(
            bench.State, new KeeperEvent.Granted(1, TimeSpan.FromSeconds(1), false), bench.Now), StringComparison.Ordinal);
        bench.Answer(LinePosition.B);
        Assert.True(bench.State.IsAt(LinePosition.B));
        Assert.Contains("answers again", bench.Told, StringComparison.Ordinal);
    }

    [Fact]
    public void A_relay_that_was_unplugged_gets_its_position_when_it_returns()
    {
        var bench = KeeperBench.AtOwn(leaseMs: 60_000);
        bench.Advance(1100);
        bench.Answer(LinePosition.Unknown, "/dev/ttyUSB0: no such device");
        for (var count = 0; count < 5; count++)
        {
            bench.Advance(2100);
            bench.Answer(LinePosition.Unknown, "/dev/ttyUSB0: no such device");
        }

        Assert.Single(
            bench.Log, entry => entry.Effect is KeeperEffect.Tell tell && tell.Text.Contains("no such", StringComparison.Ordinal));
        bench.Advance(2100);
        bench.Obey();
        Assert.True(bench.State.IsAt(LinePosition.A));
        Assert.Contains("out of reach", bench.Told, StringComparison.Ordinal);
    }

    [Fact]
    public void A_position_that_somebody_changed_is_told_and_repaired()
    {
        var bench = KeeperBench.AtOwn(leaseMs: 60_000);
        bench.Advance(1100);
        bench.Answer(LinePosition.B);
        Assert.Contains("somebody moved it", bench.Told, StringComparison.Ordinal);
        bench.AdvanceObeying(3000);
        Assert.True(bench.State.IsAt(LinePosition.A));
    }

    [Fact]
    public void A_relay_that_cannot_be_asked_is_told_again_now_and_then()
    {
        var bench = new KeeperBench();
        bench.Feed(new KeeperEvent.Answered(1, LinePosition.B, Confirmed: false, ""));
        bench.Advance(5100);
        Assert.Equal(RelayOrder.Set, bench.State.Busy!.Order);
        Assert.Equal(LinePosition.B, bench.State.Busy.Position);
    }

    [Fact]
    public void Contacts_that_contradict_the_order_are_told_and_tried_again()
    {
        var bench = new KeeperBench();
        bench.Answer(LinePosition.A);
        Assert.Contains("told B and reads back A", bench.Told, StringComparison.Ordinal);
        Assert.False(bench.State.IsAt(LinePosition.A));
        bench.Advance(600);
        Assert.Equal((RelayOrder.Set, LinePosition.B), (bench.State.Busy!.Order, bench.State.Busy.Position));
    }

    [Fact]
    public void An_operator_may_keep_the_lines_away_and_bring_them_here_only_without_a_group()
    {
        var bench = KeeperBench.AtOwn(leaseMs: 60_000);
        var here = new KeeperEvent.Held(LinePosition.A, TimeSpan.FromMinutes(1), Maintenance: false);
        Assert.Contains("maintenance", LineKeeper.Refusal(bench.State, here, bench.Now), StringComparison.Ordinal);
        Assert.Null(LineKeeper.Refusal(bench.State, here with { Maintenance = true }, bench.Now));
        bench.Feed(new KeeperEvent.Held(LinePosition.B, TimeSpan.FromMinutes(1), Maintenance: false));
        Assert.Equal((bench.Now, LinePosition.B), bench.Sets.Last());
        bench.Obey();
        Assert.Contains("an operator", LineKeeper.Refusal(
            bench.State, new KeeperEvent.Granted(8, TimeSpan.FromSeconds(1), false), bench.Now), StringComparison.Ordinal);
        bench.Grant(7, 60_000);
        bench.AdvanceObeying(59_000);
        Assert.True(bench.State.IsAt(LinePosition.B));
        bench.Feed(new KeeperEvent.HoldEnded());
        bench.Grant(7, 60_000);
        bench.AdvanceObeying(5000);
        Assert.True(bench.State.IsAt(LinePosition.A));
    }

    [Fact]
    public void The_end_of_the_process_lets_the_lines_go_and_takes_nothing_more()
    {
        var bench = KeeperBench.AtOwn();
        bench.Feed(new KeeperEvent.Stopping());
        Assert.Null(bench.State.Lease); // Nobody is told any more that there is one.
        Assert.Equal((bench.Now, LinePosition.B), bench.Sets.Last());
        bench.Obey();
        bench.Grant(9, 1000);
        bench.AdvanceObeying(5000);
        Assert.Equal(LinePosition.B, bench.Sets.Last().To);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(90_000_000)]
    public void A_length_that_cannot_be_is_refused(int milliseconds)
    {
        var bench = new KeeperBench();
        Assert.NotNull(LineKeeper.Refusal(
            bench.State, new KeeperEvent.Granted(1, TimeSpan.FromMilliseconds(milliseconds), false), bench.Now));
        Assert.NotNull(LineKeeper.Refusal(
            bench.State, new KeeperEvent.Held(LinePosition.B, TimeSpan.FromMilliseconds(milliseconds), false), bench.Now));
    }
}
