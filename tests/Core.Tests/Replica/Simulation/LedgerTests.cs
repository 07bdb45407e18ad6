using Appliance.Simulation.Replica.Front;

namespace Appliance.Core.Tests.Replica.Simulation;

/// <summary>The judge of reads: what a sector may hold.</summary>
public sealed class LedgerTests
{
    private readonly Ledger _ledger = new(16) { Window = 0 };

    [Fact]
    public void A_later_answered_write_hides_the_earlier_one()
    {
        var first = Acked(holders: 3);
        var second = Acked(holders: 3);
        Assert.False(May(first));
        Assert.True(May(second));
        Assert.False(_ledger.MayHold(0, 0, _ledger.Moment()));
    }

    [Fact]
    public void Writes_at_the_same_time_may_end_in_either_order()
    {
        var first = _ledger.Submit(0, 1, false);
        var second = _ledger.Submit(0, 1, false);
        _ledger.Ack(second, 0, 3, false);
        _ledger.Ack(first, 0, 3, false);
        Assert.True(May(first));
        Assert.True(May(second));
    }

    [Fact]
    public void What_was_never_answered_may_be_there_or_not()
    {
        var before = Acked(holders: 3);
        var abandoned = _ledger.Submit(0, 1, false);
        _ledger.Abandon(abandoned);
        Assert.True(May(before));
        Assert.True(May(abandoned));
        var after = Acked(holders: 3);
        Assert.True(May(after));
        Assert.False(May(abandoned)); // Nothing comes back.
    }

    [Fact]
    public void An_answered_write_is_lost_only_when_every_copy_lost_power_before_a_flush()
    {
        var before = Acked(holders: 3);
        _ledger.Flushed(_ledger.Moment());
        var write = Acked(holders: 3);
        _ledger.PowerLost(0);
        Assert.False(May(before));
        _ledger.PowerLost(1);
        Assert.True(May(before));
        Assert.True(May(write));
    }

    [Fact]
    public void A_flush_covers_what_was_answered_before_it_was_asked_for()
    {
        var before = Acked(holders: 1);
        var asked = _ledger.Moment();
        var late = Acked(holders: 1);
        _ledger.Flushed(asked);
        Assert.True(before.Stable);
        Assert.False(late.Stable);
    }

    private bool May(WriteRecord record) => _ledger.MayHold(0, record.Content, _ledger.Moment());

    private WriteRecord Acked(int holders)
    {
        var record = _ledger.Submit(0, 1, false);
        _ledger.Ack(record, 0, holders, false);
        return record;
    }
}
