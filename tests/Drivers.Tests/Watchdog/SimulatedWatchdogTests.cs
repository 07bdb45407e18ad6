using Appliance.Drivers.Watchdog;

namespace Appliance.Drivers.Tests.Watchdog;

/// <summary>The twin, with its faults.</summary>
public sealed class SimulatedWatchdogTests : WatchdogContract
{
    protected override IWatchdogBench Bench() => new Twin();

    [Fact]
    public void It_bites_when_it_is_not_fed_and_says_so_in_the_next_boot()
    {
        using var twin = new Twin();
        using (var watchdog = Opened(twin))
        {
            Done(watchdog.SetTimeout(Second * 4));
            twin.Pass(Second * 3);
            Done(watchdog.Feed());
            twin.Pass(Second * 3);
            Assert.False(twin.Hardware.HasBitten);
            twin.Pass(Second);
            Assert.True(twin.Hardware.HasBitten);
            Assert.False(watchdog.Feed().Done);
        }

        twin.Hardware.Reboot();
        using var after = Opened(twin);
        Assert.True(after.Traits.LastBootBitten);
    }

    [Fact]
    public void An_end_without_a_word_is_a_reset()
    {
        using var twin = new Twin();
        using (var watchdog = Opened(twin)) Done(watchdog.SetTimeout(Second * 4));
        twin.Pass(Second * 4);
        Assert.True(twin.Hardware.HasBitten);
    }

    [Fact]
    public void Told_to_bite_it_bites_in_a_moment_and_takes_no_food()
    {
        using var twin = new Twin();
        using var watchdog = Opened(twin);
        Done(watchdog.SetTimeout(Second * 60));
        Done(watchdog.BiteNow());
        Assert.False(watchdog.Feed().Done);
        twin.Pass(Second * 1);
        Assert.True(twin.Hardware.HasBitten);
    }

    [Theory]
    [InlineData(WatchdogFault.Busy, "systemd")]
    [InlineData(WatchdogFault.Missing, "there is no watchdog")]
    [InlineData(WatchdogFault.Permission, "Permission denied")]
    public void What_cannot_be_opened_says_why(WatchdogFault fault, string word)
    {
        using var twin = new Twin { Hardware = { Fault = fault } };
        Assert.Null(twin.TryOpen(out var problem));
        Assert.Contains(word, problem, StringComparison.Ordinal);
        Assert.False(twin.Hardware.IsRunning);
    }

    [Fact]
    public void A_timeout_may_be_refused_or_rounded()
    {
        using var twin = new Twin { Hardware = { Fault = WatchdogFault.RefusesTimeout } };
        using var watchdog = Opened(twin);
        Assert.False(watchdog.SetTimeout(Second * 10).Done);
        Assert.Equal(Second * 30, watchdog.Timeout);
        twin.Hardware.Fault = WatchdogFault.RoundsTimeout;
        Done(watchdog.SetTimeout(Second * 10));
        Assert.Equal(Second * 12, watchdog.Timeout);
    }

    [Fact]
    public void With_nowayout_it_runs_on()
    {
        using var twin = new Twin { Hardware = { NoWayOut = true } };
        using var watchdog = Opened(twin);
        Assert.False(watchdog.Traits.CanDisarm);
        Assert.False(watchdog.Disarm().Done);
        Assert.True(twin.Hardware.IsRunning);
    }

    private sealed class Twin : IWatchdogBench
    {
        private TimeSpan _now;

        public Twin() => Hardware = new SimulatedWatchdog(() => _now);

        public SimulatedWatchdog Hardware { get; }

        public IWatchdog? TryOpen(out string problem) => Hardware.TryOpen(out problem);

        public void Pass(TimeSpan time) => _now += time;

        public void Dispose()
        {
        }
    }
}
