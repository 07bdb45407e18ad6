using System.Collections.Immutable;
using Appliance.Agent.Dahdi;
using Appliance.Core.Cluster;
using Appliance.Core.Configuration;
using Appliance.Core.Dahdi;
using Appliance.Core.Resources;
using Appliance.Drivers.Dahdi;

namespace Appliance.Agent.Tests.Dahdi;

/// <summary>The resource, the probe and the watch, on the twin.</summary>
public class DahdiResourceTests
{
    private readonly SimulatedDahdi _dahdi = new();

    public DahdiResourceTests()
    {
        _dahdi.Install("dahdi");
        _dahdi.Install("card", Span(1), Span(2));
    }

    [Fact]
    public void A_start_loads_in_order_configures_and_waits_for_the_alarms_to_clear()
    {
        _dahdi.SetAlarms(1, DahdiAlarms.Red);
        using var clear = new Timer(_ => _dahdi.SetAlarms(1, DahdiAlarms.None), null, 300, Timeout.Infinite);
        var verdict = Resource().Start(default);
        Assert.True(verdict.Outcome == Outcome.Success, verdict.Text);
        Assert.Equal(["/etc/dahdi/system.conf"], _dahdi.Configured);
    }

    [Fact]
    public void An_alarm_that_stays_fails_the_start_or_is_only_told()
    {
        _dahdi.SetAlarms(2, DahdiAlarms.Red);
        var failed = Resource(timeout: 50).Start(default);
        Assert.Equal(Outcome.Failed, failed.Outcome);
        Assert.Contains("span 2 TE/2 RED: no signal: cable, relay position or the exchange", failed.Text, StringComparison.Ordinal);
        var told = Resource(timeout: 50, fail: false).Start(default);
        Assert.Equal(Outcome.Success, told.Outcome);
        Assert.Contains("goes on although span 2", told.Text, StringComparison.Ordinal);
        Assert.Equal(Outcome.Failed, Resource().Monitor(default).Outcome);
        Assert.Equal(Outcome.Success, Resource(fail: false).Monitor(default).Outcome);
    }

    [Fact]
    public void A_span_that_is_not_there_fails_whatever_is_configured()
    {
        Resource().Start(default);
        _dahdi.TakeAway(2);
        Assert.Equal(Outcome.Failed, Resource(fail: false).Monitor(default).Outcome);
    }

    [Fact]
    public void A_missing_module_and_a_refused_file_fail_the_start()
    {
        Assert.Contains("module nothing", Resource(modules: ["dahdi", "nothing"]).Start(default).Text, StringComparison.Ordinal);
        _dahdi.Refusal = "line 1";
        Assert.Contains("line 1", Resource().Start(default).Text, StringComparison.Ordinal);
        Assert.Equal(Outcome.NotRunning, new DahdiResource(new SimulatedDahdi(), Kind()).Monitor(default).Outcome);
    }

    [Fact]
    public void A_start_that_is_abandoned_ends_soon()
    {
        _dahdi.SetAlarms(1, DahdiAlarms.Red);
        using var abandon = new CancellationTokenSource(100);
        Assert.Contains("abandoned", Resource(timeout: 600_000).Start(abandon.Token).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stop_leaves_the_drivers_unless_told_otherwise()
    {
        Resource().Start(default);
        Assert.Equal(Outcome.Success, Resource().Stop(default).Outcome);
        Assert.Equal(2, _dahdi.Read().Spans.Length);
        _dahdi.InUse = true;
        Assert.Equal(Outcome.Failed, Resource(unload: true).Stop(default).Outcome);
        _dahdi.InUse = false;
        Assert.Equal(Outcome.Success, Resource(unload: true).Stop(default).Outcome);
        Assert.Equal(Outcome.NotRunning, Resource().Monitor(default).Outcome);
    }

    [Fact]
    public void A_probe_is_healthy_without_red()
    {
        using var probe = new DahdiProbe(_dahdi, [1, 2]);
        Assert.False(probe.Ask(TimeSpan.FromSeconds(1)).Healthy);
        _dahdi.Load("card", default);
        Assert.True(probe.Ask(TimeSpan.FromSeconds(1)).Healthy);
        _dahdi.SetAlarms(1, DahdiAlarms.Red);
        Assert.False(probe.Ask(TimeSpan.FromSeconds(1)).Healthy);
    }

    [Fact]
    public void Every_change_of_an_alarm_is_told_once()
    {
        var told = new List<Report>();
        using var watch = new DahdiWatch(_dahdi, told.Add);
        watch.Look();
        _dahdi.Load("card", default);
        watch.Look();
        Assert.Empty(told);
        _dahdi.SetAlarms(1, DahdiAlarms.Red);
        watch.Look();
        watch.Look();
        var alarm = Assert.Single(told);
        Assert.Equal((ReportKind.Alarm, "OK", "RED"), (alarm.Kind, alarm.From, alarm.To));
        _dahdi.SetAlarms(1, DahdiAlarms.None);
        watch.Look();
        Assert.Equal((2, ReportKind.Link, "span 1 TE/1 has no alarm"), (told.Count, told[^1].Kind, told[^1].Text));
        _dahdi.Garble(2);
        watch.Look();
        watch.Look();
        Assert.Equal(4, told.Count); // It is gone, and why.
        Assert.Equal(1, Assert.Single(watch.Status).Number);
    }

    private DahdiResource Resource(
        ImmutableArray<string>? modules = null, int timeout = 20_000, bool fail = true, bool unload = false) =>
        new(_dahdi, Kind(modules, timeout, fail, unload));

    private static ResourceKind.Dahdi Kind(
        ImmutableArray<string>? modules = null, int timeout = 20_000, bool fail = true, bool unload = false) =>
        new(modules ?? ["dahdi", "card"], "/etc/dahdi/system.conf", [1, 2], TimeSpan.FromMilliseconds(timeout), fail, unload);

    private static DahdiSpan Span(int number) => new(number, $"TE/{number}", "card") { Line = "HDB3/CCS", ChannelCount = 31 };
}
