using Appliance.Core.Time;
using Appliance.Core.Watchdog;

namespace Appliance.Core.Tests.Watchdog;

/// <summary>Fed only with proof of progress.</summary>
public sealed class WatchdogMachineTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);
    private static readonly WatchdogBounds Bounds = new(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5));

    private WatchdogState _state = WatchdogMachine.Start(default, Instant.Boot);
    private WatchdogProgress _progress;
    private Instant _now = Instant.Boot;

    [Fact]
    public void Everything_moves_so_it_is_fed()
    {
        for (var look = 0; look < 10; look++) Assert.True(Fed(Moves(heartbeat: true, decision: true, disk: true)));
        Assert.Equal((WatchdogStanding.Feeding, ""), (_state.Standing, _state.Why));
    }

    [Theory]
    [InlineData(false, true, true, "heartbeat thread")]
    [InlineData(true, false, true, "decision loop")]
    [InlineData(true, true, false, "disk")]
    public void What_stands_still_is_named_and_not_fed_for(bool heartbeat, bool decision, bool disk, string word)
    {
        Moves(true, true, true);
        var tells = new List<WatchdogEffect.Tell>();
        var withheld = 0;
        for (var look = 0; look < 6; look++)
        {
            var effects = Moves(heartbeat, decision, disk);
            withheld += Fed(effects) ? 0 : 1;
            tells.AddRange(effects.OfType<WatchdogEffect.Tell>());
        }

        Assert.InRange(withheld, 4, 6);
        var told = Assert.Single(tells);
        Assert.True(told.Alarm);
        Assert.Contains(word, told.Text, StringComparison.Ordinal);
        Assert.Equal(WatchdogStanding.Withheld, _state.Standing);
    }

    [Fact]
    public void It_is_fed_again_and_says_so_when_all_move_again()
    {
        Moves(true, true, true);
        for (var look = 0; look < 3; look++) Moves(true, false, true);
        var effects = Moves(true, true, true);
        Assert.True(Fed(effects));
        Assert.False(Assert.Single(effects.OfType<WatchdogEffect.Tell>()).Alarm);
    }

    [Fact]
    public void A_clock_alone_feeds_nobody()
    {
        for (var look = 0; look < 2; look++) Moves(false, false, false);
        Assert.False(Fed(Moves(false, false, false)));
    }

    [Fact]
    public void A_disk_that_is_not_asked_is_not_waited_for()
    {
        var bounds = Bounds with { Disk = TimeSpan.Zero };
        for (var look = 0; look < 20; look++)
        {
            var effects = Moves(true, true, false, bounds);
            Assert.True(Fed(effects));
            Assert.DoesNotContain(effects, effect => effect is WatchdogEffect.AskDisk);
        }
    }

    [Fact]
    public void An_ordered_reset_bites_once_and_is_for_ever()
    {
        Moves(true, true, true);
        _progress = _progress with { ResetOrdered = true };
        var first = Moves(true, true, true);
        Assert.Single(first, effect => effect is WatchdogEffect.BiteNow);
        Assert.False(Fed(first));
        for (var look = 0; look < 5; look++)
            Assert.DoesNotContain(Moves(true, true, true), effect => effect is WatchdogEffect.Feed or WatchdogEffect.BiteNow);
        Assert.Equal(WatchdogStanding.Biting, _state.Standing);
    }

    [Theory]
    [InlineData(10, 10, null)]
    [InlineData(10, 12, null)]
    [InlineData(10, 16, "stop-failure-bound")]
    [InlineData(10, 15, "stop-failure-bound")]
    [InlineData(2, 1, "deadtime")]
    public void A_timeout_that_hardware_rounded_is_checked_again(int wanted, int found, string? word)
    {
        var problem = WatchdogMachine.TimeoutProblem(
            TimeSpan.FromSeconds(wanted), TimeSpan.FromSeconds(found), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(15));
        if (word is null) Assert.Null(problem);
        else Assert.Contains(word, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void The_boot_after_is_told() => Assert.Equal(
        (true, null), (WatchdogMachine.AfterBoot(true, "iTCO_wdt")!.Contains("iTCO_wdt", StringComparison.Ordinal),
            WatchdogMachine.AfterBoot(false, "iTCO_wdt")));

    private static bool Fed(IEnumerable<WatchdogEffect> effects) => effects.Any(effect => effect is WatchdogEffect.Feed);

    private List<WatchdogEffect> Moves(bool heartbeat, bool decision, bool disk, WatchdogBounds? bounds = null)
    {
        _now += Timeout / 4;
        _progress = _progress with
        {
            HeartbeatRounds = _progress.HeartbeatRounds + (heartbeat ? 25 : 0),
            DecisionTurns = _progress.DecisionTurns + (decision ? 40 : 0),
            DiskAnswers = _progress.DiskAnswers + (disk ? 1 : 0),
        };
        (_state, var effects) = WatchdogMachine.Step(_state, _progress, bounds ?? Bounds, Timeout, _now);
        return [.. effects];
    }
}
