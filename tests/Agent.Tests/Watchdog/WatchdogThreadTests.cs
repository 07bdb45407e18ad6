using System.Collections.Concurrent;
using System.Diagnostics;
using Appliance.Agent.Tests.Fences;
using Appliance.Agent.Watchdog;
using Appliance.Core.Cluster;
using Appliance.Core.Watchdog;
using Appliance.Drivers.Watchdog;

namespace Appliance.Agent.Tests.Watchdog;

/// <summary>The thread, with the twin as hardware on real time.</summary>
public sealed class WatchdogThreadTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Standstill = TimeSpan.FromMilliseconds(500);
    private readonly string _folder = Directory.CreateTempSubdirectory("fence-thread-").FullName;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly ConcurrentQueue<Report> _told = [];
    private readonly SimulatedWatchdog _hardware;
    private long _rounds;
    private bool _stands;

    public WatchdogThreadTests() => _hardware = new SimulatedWatchdog(() => _clock.Elapsed);

    [Fact]
    public void It_is_fed_while_all_moves_and_stopped_in_good_order()
    {
        using var thread = Started();
        Until(() => _hardware.Fed >= 3);
        Assert.True(_hardware.IsRunning);
        thread.Disarm();
        Assert.False(_hardware.IsRunning);
        Assert.True(File.Exists(Path.Combine(_folder, "watchdog.probe")));
    }

    [Fact]
    public void It_bites_when_a_loop_stands_still_and_says_why_before()
    {
        using var thread = Started();
        Until(() => _hardware.Fed >= 1);
        Volatile.Write(ref _stands, true);
        Until(() => _hardware.HasBitten);
        Assert.Contains(_told, report => report.Kind == ReportKind.Alarm && report.Text.Contains("is not fed", StringComparison.Ordinal));
        Assert.Equal(WatchdogStanding.Withheld, thread.View.Standing);
    }

    [Fact]
    public void Ended_without_a_word_it_runs_on()
    {
        using (var thread = Started()) Until(() => _hardware.Fed >= 1);
        Assert.True(_hardware.IsRunning);
        Until(() => _hardware.HasBitten);
    }

    [Fact]
    public void Told_to_bite_it_bites_although_all_moves()
    {
        using var thread = Started();
        Until(() => _hardware.Fed >= 1);
        thread.BiteNow(Patience);
        var fed = _hardware.Fed;
        Until(() => _hardware.HasBitten);
        Assert.Equal(fed, _hardware.Fed);
        thread.Disarm();
        Assert.True(_hardware.IsRunning); // Also the end of the process does not save the machine.
    }

    [Fact]
    public void One_that_cannot_be_opened_is_a_standing_problem_told_once()
    {
        _hardware.Fault = WatchdogFault.Busy;
        using var thread = Started();
        Until(() => thread.View.Problem.Contains("systemd", StringComparison.Ordinal));
        Assert.Null(thread.View.Standing);
        thread.BiteNow(TimeSpan.FromMilliseconds(10)); // Returns although there is nothing to bite with.
    }

    [Fact]
    public void A_timeout_that_was_rounded_too_far_is_told()
    {
        _hardware.Fault = WatchdogFault.RefusesTimeout;
        using var thread = Started();
        Until(() => thread.View.Problem.Contains("stop-failure-bound", StringComparison.Ordinal));
        Assert.Equal(WatchdogStanding.Feeding, thread.View.Standing ?? WatchdogStanding.Feeding);
    }

    [Fact]
    public void The_boot_after_is_told()
    {
        Assert.NotNull(_hardware.TryOpen(out _));
        Until(() => _hardware.HasBitten, start: () => _hardware.SpeedUp(TimeSpan.FromMilliseconds(1)));
        _hardware.Reboot();
        using var thread = Started();
        Until(() => thread.View.LastBootBitten);
        Assert.Contains(_told, report => report.Text.Contains("the last boot was ended by the watchdog", StringComparison.Ordinal));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private WatchdogThread Started()
    {
        var config = Configured.Plus("[watchdog]\ntimeout = \"2s\"\n");
        var thread = new WatchdogThread(
            config, _folder, () => (Volatile.Read(ref _stands) ? _rounds : ++_rounds, _rounds), Standstill, _told.Enqueue,
            (out string problem) => _hardware.TryOpen(out problem));
        thread.Start();
        return thread;
    }

    private static void Until(Func<bool> condition, Action? start = null)
    {
        start?.Invoke();
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(clock.Elapsed < Patience, "it did not happen");
            Thread.Sleep(5);
        }
    }
}
