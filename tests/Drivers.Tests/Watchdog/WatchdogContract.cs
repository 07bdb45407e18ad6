using Appliance.Drivers.Watchdog;

namespace Appliance.Drivers.Tests.Watchdog;

/// <summary>A watchdog under test: hardware that outlives who opens it, and a way to let time pass.</summary>
public interface IWatchdogBench : IDisposable
{
    IWatchdog? TryOpen(out string problem);

    /// <summary>Lets the watchdog's time pass.</summary>
    void Pass(TimeSpan time);
}

/// <summary>What every watchdog must do. Nothing here lets one bite: the real one runs it too, in a virtual machine.</summary>
public abstract class WatchdogContract
{
    protected static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    protected abstract IWatchdogBench Bench();

    [Fact]
    public void It_has_a_name_and_a_timeout()
    {
        using var bench = Bench();
        using var watchdog = Opened(bench);
        Assert.NotEmpty(watchdog.Traits.Identity);
        Assert.True(watchdog.Timeout > TimeSpan.Zero);
        Done(watchdog.Disarm());
    }

    [Fact]
    public void A_timeout_that_is_set_is_in_force()
    {
        using var bench = Bench();
        using var watchdog = Opened(bench);
        Done(watchdog.SetTimeout(Second * 12));
        Assert.InRange(watchdog.Timeout, Second * 12, Second * 16); // Hardware may round up.
        Done(watchdog.Disarm());
    }

    [Fact]
    public void Feeding_gives_it_another_timeout()
    {
        using var bench = Bench();
        using var watchdog = Opened(bench);
        Done(watchdog.SetTimeout(Second * 12));
        bench.Pass(Second * 4);
        var before = watchdog.TimeLeft;
        Done(watchdog.Feed());
        if (before is { } less && watchdog.TimeLeft is { } more) Assert.True(more > less, $"{less} before, {more} after");
        Done(watchdog.Disarm());
    }

    [Fact]
    public void Only_one_has_it_at_a_time()
    {
        using var bench = Bench();
        using var watchdog = Opened(bench);
        Assert.Null(bench.TryOpen(out var problem));
        Assert.Contains("in use by", problem, StringComparison.Ordinal);
        Done(watchdog.Disarm());
    }

    [Fact]
    public void Stopped_in_good_order_it_can_be_opened_again()
    {
        using var bench = Bench();
        for (var round = 0; round < 2; round++)
        {
            using var watchdog = Opened(bench);
            Done(watchdog.Feed());
            Done(watchdog.Disarm());
        }
    }

    [Fact]
    public void Let_go_without_a_word_it_is_taken_over()
    {
        using var bench = Bench();
        using (var first = Opened(bench)) Done(first.SetTimeout(Second * 12));
        bench.Pass(Second * 2);
        using var second = Opened(bench);
        Done(second.Feed());
        Done(second.Disarm());
    }

    [Fact]
    public void A_warning_comes_before_the_reset_or_not_at_all()
    {
        using var bench = Bench();
        using var watchdog = Opened(bench);
        Done(watchdog.SetTimeout(Second * 12));
        if (watchdog.Traits.HasPretimeout)
        {
            Done(watchdog.SetPretimeout(Second * 4));
            Assert.Equal(Second * 4, watchdog.Pretimeout);
            Assert.False(watchdog.SetPretimeout(Second * 60).Done);
        }
        else
        {
            Assert.False(watchdog.SetPretimeout(Second * 4).Done);
        }

        Done(watchdog.Disarm());
    }

    protected static IWatchdog Opened(IWatchdogBench bench)
    {
        var watchdog = bench.TryOpen(out var problem);
        Assert.True(watchdog is not null, problem);
        return watchdog;
    }

    protected static void Done(WatchdogAnswer answer) => Assert.True(answer.Done, answer.Words);
}
