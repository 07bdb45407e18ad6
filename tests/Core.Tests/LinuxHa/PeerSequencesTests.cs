using Appliance.Core.LinuxHa;
using Appliance.Core.Time;

namespace Appliance.Core.Tests.LinuxHa;

/// <summary>What was heard, what is missing, what is a recording.</summary>
public class PeerSequencesTests
{
    private readonly PeerSequences _sequences = new(0);
    private Instant _now = Instant.FromMilliseconds(1000);

    [Fact]
    public void A_missing_message_is_asked_for_a_little_later_and_again_until_it_comes()
    {
        Hear(10);
        Hear(12);
        Assert.Null(_sequences.Due(_now));
        Pass(150);
        Assert.Equal(11, _sequences.Due(_now));
        Assert.Null(_sequences.Due(_now));
        Pass(249);
        Assert.Null(_sequences.Due(_now));
        Pass(1);
        Assert.Equal(11, _sequences.Due(_now));
        Assert.Equal(HaFreshness.Late, Hear(11));
        Assert.Equal((1L, 0L, 0), (_sequences.Recovered, _sequences.Lost, _sequences.MissingCount));
        Pass(1000);
        Assert.Null(_sequences.Due(_now));
    }

    [Fact]
    public void One_that_only_came_in_the_wrong_order_is_not_asked_for()
    {
        Hear(10);
        Hear(12);
        Assert.Equal(HaFreshness.Late, Hear(11));
        Assert.Equal(0, _sequences.Recovered);
    }

    [Fact]
    public void Copies_and_recordings_are_refused()
    {
        Hear(10);
        Assert.Equal(HaFreshness.Repeated, Hear(10));
        Hear(11);
        Assert.Equal(HaFreshness.Repeated, Hear(10));
        Assert.Equal(HaFreshness.Repeated, Hear(9));
        Assert.Equal(HaFreshness.Outdated, Hear(12, generation: 4));
        Assert.Equal((5L, 11L), (_sequences.Generation, _sequences.Highest));
    }

    [Fact]
    public void A_later_start_begins_anew_and_the_earlier_one_is_over()
    {
        Hear(100);
        Hear(110);
        Assert.Equal(9, _sequences.MissingCount);
        Assert.Equal(HaFreshness.Newest, Hear(1, generation: 6));
        Assert.Equal((6L, 1L, 0), (_sequences.Generation, _sequences.Highest, _sequences.MissingCount));
        Assert.Equal(HaFreshness.Outdated, Hear(111));
    }

    [Fact]
    public void A_start_remembered_from_before_ours_goes_on_at_any_number()
    {
        var sequences = new PeerSequences(5);
        Assert.Equal(HaFreshness.Outdated, sequences.Judge(Message(900, 4)));
        Assert.Equal(HaFreshness.Newest, sequences.Judge(Message(700, 5)));
        sequences.Note(Message(700, 5), _now);
        Assert.Equal(HaFreshness.Repeated, sequences.Judge(Message(699, 5)));
    }

    [Fact]
    public void A_jump_further_than_anybody_keeps_is_no_loss()
    {
        Hear(1);
        Hear(HaLimits.MissingMax + 2);
        Assert.Equal(HaLimits.MissingMax, _sequences.MissingCount);
        Hear(100_000);
        Assert.Equal(0, _sequences.MissingCount);
        Assert.Equal(100_000, _sequences.Highest);
    }

    [Fact]
    public void What_nobody_sends_again_is_given_up()
    {
        Hear(10);
        Hear(14);
        _sequences.GiveUp(11, 12);
        Assert.Equal((1, 2L), (_sequences.MissingCount, _sequences.Lost));
        var asked = 0;
        for (var round = 0; round < 100; round++)
        {
            Pass(250);
            if (_sequences.Due(_now) is not null) asked++;
        }

        Assert.InRange(asked, 10, 30);
        Assert.Equal((0, 3L), (_sequences.MissingCount, _sequences.Lost));
        Assert.Null(_sequences.NextDue);
    }

    private static HaMessage Message(long sequence, long generation = 5) => new() { Sequence = sequence, Generation = generation };

    private HaFreshness Hear(long sequence, long generation = 5)
    {
        var message = Message(sequence, generation);
        var freshness = _sequences.Judge(message);
        if (freshness is HaFreshness.Newest or HaFreshness.Late) _sequences.Note(message, _now);
        return freshness;
    }

    private void Pass(int milliseconds) => _now += TimeSpan.FromMilliseconds(milliseconds);
}
