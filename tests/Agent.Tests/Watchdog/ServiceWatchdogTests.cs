using System.Collections.Concurrent;
using System.Diagnostics;
using Appliance.Agent.Watchdog;

namespace Appliance.Agent.Tests.Watchdog;

/// <summary>The sign of life that WatchdogSec= asks for.</summary>
public class ServiceWatchdogTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Standstill = TimeSpan.FromMilliseconds(500);
    private readonly ConcurrentQueue<string> _told = [];
    private long _signs;
    private long _rounds;
    private volatile bool _stands;

    [Fact]
    public void It_is_given_while_both_loops_move_withheld_when_one_stands_still_and_given_again()
    {
        using var watchdog = new ServiceWatchdog(
            () => Interlocked.Increment(ref _signs) > 0, TimeSpan.FromMilliseconds(200),
            () => (Interlocked.Increment(ref _rounds), _stands ? 7 : _rounds), Standstill, _told.Enqueue);
        watchdog.Start();
        Until(() => Signs >= 3);
        _stands = true;
        Until(() => !_told.IsEmpty);
        var withheld = Signs;
        Thread.Sleep(300); // More than one pause between two signs.
        Assert.Equal(withheld, Signs);
        Assert.Contains("the decision loop has not turned for 0.5 s", _told.First(), StringComparison.Ordinal);
        _stands = false;
        Until(() => Signs > withheld);
        Until(() => _told.Count == 2);
    }

    [Fact]
    public void Without_a_period_in_the_environment_there_is_none() =>
        Assert.Null(ServiceWatchdog.Start(new Drivers.Systemd.Notify(null), () => (0, 0), Standstill, _told.Enqueue));

    private long Signs => Interlocked.Read(ref _signs);

    private static void Until(Func<bool> condition)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(clock.Elapsed < Patience, "it did not happen");
            Thread.Sleep(5);
        }
    }
}
