using Appliance.Core.Wire;

namespace Appliance.Core.Tests.Wire;

public class ReplayWindowTests
{
    private static readonly TimeSpan Lag = TimeSpan.FromMilliseconds(300);

    private readonly ReplayWindow _window = new(links: 3, Lag);

    [Fact]
    public void Copies_on_other_links_are_news_of_those_links_once()
    {
        Assert.True(Take(0, 5));
        Assert.True(Take(1, 5));
        Assert.True(Take(2, 5));
        Assert.False(Take(0, 5));
        Assert.False(Take(1, 5));
        Assert.Equal(5UL, _window.Newest);
    }

    [Fact]
    public void Reordered_datagrams_are_accepted_within_the_window()
    {
        foreach (var sequence in new ulong[] { 1, 3, 2, 66, 4 }) Assert.True(Take(0, sequence), $"{sequence}");
        Assert.False(Take(0, 2), "64 behind the newest");
        Assert.True(Take(0, 65));
        Assert.False(Take(0, 65));
    }

    [Fact]
    public void Recording_from_one_link_played_on_another_is_refused_after_the_lag()
    {
        // The cable carried 1 to 10 while the LAN was cut; somebody plays them on the LAN.
        for (var sequence = 1; sequence <= 10; sequence++) Assert.True(Take(0, (ulong)sequence, at: sequence * 100));
        Assert.True(Take(1, 10, at: 1000 + 300));
        Assert.False(Take(2, 10, at: 1000 + 301));
        Assert.False(Take(1, 9, at: 1000 + 301));
    }

    [Fact]
    public void Number_that_was_skipped_may_arrive_late_but_not_later_than_the_lag()
    {
        Assert.True(Take(0, 10, at: 0));
        Assert.True(Take(1, 8, at: 300));
        Assert.False(Take(1, 7, at: 301));
    }

    [Fact]
    public void Higher_incarnation_is_a_restart_and_begins_a_new_window()
    {
        Assert.True(Take(0, 1000, incarnation: 4));
        Assert.True(Take(0, 1, incarnation: 5));
        Assert.False(Take(0, 1001, incarnation: 4));
        Assert.Equal(1UL, _window.Newest);
    }

    [Fact]
    public void Lower_incarnation_is_believed_only_if_it_proves_to_be_live()
    {
        Assert.True(Take(0, 1000, incarnation: 4));
        Assert.False(Take(0, 1, incarnation: 1));
        Assert.True(Take(0, 2, incarnation: 1, fresh: true));
        Assert.True(Take(0, 3, incarnation: 1));
    }

    [Fact]
    public void Incarnation_remembered_from_before_refuses_recordings_from_the_first_frame()
    {
        _window.Remember(7);
        Assert.False(Take(0, 50, incarnation: 6));
        Assert.True(Take(0, 50, incarnation: 7));
    }

    [Fact]
    public void Every_number_is_taken_once_whatever_the_order()
    {
        var random = new Random(7);
        for (var round = 0; round < 2000; round++)
        {
            var window = new ReplayWindow(1, Lag);
            var taken = new HashSet<ulong>();
            for (var step = 0; step < 200; step++)
            {
                var sequence = (ulong)random.Next(1, 150);
                if (window.Take(0, 1, sequence, fresh: false, Samples.At(0))) Assert.True(taken.Add(sequence), $"{sequence} taken twice");
                else Assert.True(taken.Contains(sequence) || window.Newest - sequence >= 64, $"{sequence} refused without a reason");
            }
        }
    }

    private bool Take(int link, ulong sequence, ulong incarnation = 1, bool fresh = false, int at = 0) =>
        _window.Take(link, incarnation, sequence, fresh, Samples.At(at));
}
