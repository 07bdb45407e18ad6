using Appliance.Drivers.Systemd;
using Appliance.Drivers.Tests.Support;

namespace Appliance.Drivers.Tests.Systemd;

/// <summary>
/// What every <see cref="ISystemd"/> promises. The machine has the units good (runs until stopped), failing (its start ends with exit
/// code 3), stubborn (ignores SIGTERM) and endless (its start never ends).
/// </summary>
public abstract class SystemdContract
{
    private protected const string Good = "appl-good.service";
    private protected const string Failing = "appl-failing.service";
    private protected const string Stubborn = "appl-stubborn.service";
    private protected const string Endless = "appl-endless.service";

    private protected abstract ISystemd NewSystemd();

    private protected abstract void KillMainProcess(ISystemd systemd, string unit);

    private protected void Unit_runs_from_start_to_stop()
    {
        using var systemd = NewSystemd();
        Assert.Equal(UnitOutcome.Done, systemd.Start(Good, default).Outcome);
        Assert.True(systemd.State(Good).IsRunning);
        Assert.Equal(UnitOutcome.Done, systemd.Start(Good, default).Outcome);
        Assert.Equal(UnitOutcome.Done, systemd.Stop(Good, default).Outcome);
        Assert.True(systemd.State(Good).IsStopped);
        Assert.Equal(UnitOutcome.Done, systemd.Stop(Good, default).Outcome);
    }

    private protected void Missing_unit_is_impossible_to_start_and_easy_to_stop()
    {
        using var systemd = NewSystemd();
        var change = systemd.Start("appl-nowhere.service", default);
        Assert.Equal(UnitOutcome.Impossible, change.Outcome);
        Assert.Contains("there is no such unit", change.Text, StringComparison.Ordinal);
        Assert.Equal(UnitOutcome.Done, systemd.Stop("appl-nowhere.service", default).Outcome);
    }

    private protected void Failing_start_says_how_it_failed()
    {
        using var systemd = NewSystemd();
        var change = systemd.Start(Failing, default);
        Assert.Equal(UnitOutcome.Failed, change.Outcome);
        Assert.Contains("exit-code", change.Text, StringComparison.Ordinal);
    }

    private protected void Stubborn_unit_can_be_killed()
    {
        using var systemd = NewSystemd();
        systemd.Start(Stubborn, default);
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        Assert.Equal(UnitOutcome.Failed, systemd.Stop(Stubborn, bound.Token).Outcome);
        Assert.True(systemd.State(Stubborn).Active is "active" or "deactivating");
        Assert.Equal(UnitOutcome.Done, systemd.Kill(Stubborn, default).Outcome);
        Assert.True(systemd.State(Stubborn).IsStopped);
    }

    private protected void Start_without_end_can_be_abandoned_and_stopped()
    {
        using var systemd = NewSystemd();
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(0.5));
        Assert.Equal(UnitOutcome.Failed, systemd.Start(Endless, bound.Token).Outcome);
        Assert.Equal(UnitOutcome.Done, systemd.Stop(Endless, default).Outcome);
    }

    private protected void Death_of_a_watched_unit_is_told_with_its_result()
    {
        using var systemd = NewSystemd();
        systemd.Start(Good, default);
        var told = new List<UnitState>();
        using var watch = systemd.Watch(Good, told.Add);
        KillMainProcess(systemd, Good);
        Eventually.Holds(() => told.Any(state => state is { Active: "failed", Result: "signal" }), "the death is told");
        systemd.Stop(Good, default);
    }

    private protected void Nothing_is_told_after_watching_ended()
    {
        using var systemd = NewSystemd();
        systemd.Start(Good, default);
        var told = new List<UnitState>();
        systemd.Watch(Good, told.Add).Dispose();
        systemd.Stop(Good, default);
        Assert.Empty(told);
    }
}
