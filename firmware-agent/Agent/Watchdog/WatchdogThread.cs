using Appliance.Agent.Clock;
using Appliance.Agent.Heartbeat;
using Appliance.Core.Cluster;
using Appliance.Core.Configuration;
using Appliance.Core.Time;
using Appliance.Core.Watchdog;
using Appliance.Drivers.Gpio;
using Appliance.Drivers.Watchdog;

namespace Appliance.Agent.Watchdog;

/// <summary>Opens a watchdog; null and why not.</summary>
internal delegate IWatchdog? WatchdogOpener(out string problem);

/// <summary>
/// Feeds the hardware watchdog on a thread of its own, below the heartbeat's priority, four times in a timeout, and only with proof of
/// progress. One that cannot be opened is tried again: its driver may load late, or another program let go of it.
/// </summary>
public sealed class WatchdogThread : IDisposable
{
    private const int StackBytes = 128 << 10;
    private static readonly TimeSpan OpenAgain = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan EndBound = TimeSpan.FromSeconds(2);
    private readonly WatchdogConfig _config;
    private readonly ApplianceConfig _cluster;
    private readonly WatchdogOpener _open;
    private readonly Func<(long Rounds, long Turns)> _progress;
    private readonly WatchdogBounds _bounds;
    private readonly Action<Report> _tell;
    private readonly DiskProbe _disk;
    private readonly AutoResetEvent _wake = new(false);
    private readonly Thread _thread;
    private readonly ManualResetEventSlim _bit = new();
    private volatile WatchdogView _view;
    private volatile bool _resetOrdered;
    private volatile bool _ends;
    private volatile bool _disarms;
    private string _told = "";

    /// <param name="cluster">Has a [watchdog].</param>
    /// <param name="stateDirectory">Where the disk probe writes unless another folder is configured.</param>
    /// <param name="progress">Rounds of the heartbeat thread and turns of the decision loop.</param>
    /// <param name="standstill">Without progress for this long either of them stands still.</param>
    /// <param name="tell">For the journal and the events; must not wait for a disk.</param>
    public WatchdogThread(
        ApplianceConfig cluster, string stateDirectory, Func<(long Rounds, long Turns)> progress, TimeSpan standstill, Action<Report> tell)
        : this(cluster, stateDirectory, progress, standstill, tell, OpenerOf(cluster.Watchdog!))
    {
    }

    internal WatchdogThread(
        ApplianceConfig cluster, string stateDirectory, Func<(long Rounds, long Turns)> progress, TimeSpan standstill, Action<Report> tell,
        WatchdogOpener open)
    {
        (_cluster, _config, _open, _progress, _tell) = (cluster, cluster.Watchdog!, open, progress, tell);
        _bounds = new WatchdogBounds(standstill, standstill, _config.DiskDeadline);
        _view = new WatchdogView(NameOf(_config), "", null, (int)_config.Timeout.TotalMilliseconds, "", false);
        _disk = new DiskProbe(_config.DiskProbe.Length > 0 ? _config.DiskProbe : stateDirectory, text => Tell(ReportKind.Alarm, text));
        _thread = new Thread(Run, StackBytes) { IsBackground = true, Name = "watchdog" };
    }

    /// <summary>How it stands. Any thread.</summary>
    public WatchdogView View => _view;

    public void Start() => _thread.Start();

    /// <summary>A reset of this machine was ordered: from now on it is not fed, and bites as soon as it can. Returns when that was
    /// passed on, or after <paramref name="bound"/>.</summary>
    public void BiteNow(TimeSpan bound)
    {
        _resetOrdered = true;
        _wake.Set();
        _bit.Wait(bound);
    }

    /// <summary>The agent ends in good order: the watchdog is stopped, if it can be.</summary>
    public void Disarm()
    {
        _disarms = true;
        Dispose();
    }

    /// <summary>Ends the feeding and leaves the hardware running.</summary>
    public void Dispose()
    {
        _ends = true;
        _wake.Set();
        if (_thread.IsAlive) _thread.Join(EndBound);
        _disk.Dispose();
    }

    private static WatchdogOpener OpenerOf(WatchdogConfig config) => config switch
    {
        WatchdogConfig.Device device => (out string problem) => LinuxWatchdog.TryOpen(device.Name, out problem),
        WatchdogConfig.Gpio gpio => (out string problem) => GpioWatchdog.TryOpen(
            () => GpioChip.Open(gpio.Line.Chip), gpio.Line.Offset, gpio.Timeout, gpio.ReleaseStops, out problem),
        _ => throw new Core.InvariantException($"nobody opens {config}"),
    };

    private static string NameOf(WatchdogConfig config) => config switch
    {
        WatchdogConfig.Device device => device.Name,
        WatchdogConfig.Gpio gpio => gpio.Line.ToString(),
        _ => throw new Core.InvariantException($"nobody names {config}"),
    };

    private void Run()
    {
        if (!Realtime.TrySchedule(out _, Realtime.WatchdogPriority)) Complain("the watchdog is fed without real-time priority");
        while (!_ends)
        {
            using var watchdog = _open(out var problem);
            if (watchdog is not null)
            {
                Serve(watchdog);
                return;
            }

            Complain($"the watchdog cannot be used: {problem}");
            if (_resetOrdered) _bit.Set();
            _wake.WaitOne(OpenAgain);
        }
    }

    private void Serve(IWatchdog watchdog)
    {
        SetUp(watchdog);
        var timeout = watchdog.Timeout > TimeSpan.Zero ? watchdog.Timeout : _config.Timeout;
        var state = WatchdogMachine.Start(Read(), BootClock.Now);
        while (!_ends)
        {
            (state, var effects) = WatchdogMachine.Step(state, Read(), _bounds, timeout, BootClock.Now);
            foreach (var effect in effects) Perform(watchdog, effect);
            _view = _view with { Standing = state.Standing, Problem = state.Why.Length > 0 ? $"not fed: {state.Why}" : _told };
            if (state.Standing == WatchdogStanding.Biting) _bit.Set();
            _wake.WaitOne(_config is WatchdogConfig.Gpio gpio ? gpio.Toggle : timeout / 4);
        }

        if (_disarms && !_resetOrdered) End(watchdog, timeout);
    }

    private void SetUp(IWatchdog watchdog)
    {
        // An agent that died may have left little of its time.
        watchdog.Feed();
        var traits = watchdog.Traits;
        var refusal = watchdog.SetTimeout(_config.Timeout);
        if (!refusal.Done) Complain(refusal.Words);
        if (_config is WatchdogConfig.Device { Pretimeout: var pretimeout } && pretimeout > TimeSpan.Zero)
        {
            var answer = traits.HasPretimeout ? watchdog.SetPretimeout(pretimeout)
                : WatchdogAnswer.Refused($"watchdog {traits.Identity} knows no pretimeout");
            if (!answer.Done) Complain(answer.Words);
        }

        var problem = WatchdogMachine.TimeoutProblem(
            _config.Timeout, watchdog.Timeout, _cluster.Heartbeat.Deadtime, _cluster.Policy.StopFailureBound);
        if (problem is not null) Complain(problem);
        _view = _view with { Identity = traits.Identity, TimeoutMs = (int)watchdog.Timeout.TotalMilliseconds,
            LastBootBitten = traits.LastBootBitten };
        Tell(ReportKind.Fence, $"watchdog {traits.Identity} resets this machine when it is not fed for {watchdog.Timeout.TotalSeconds:0} s"
            + (traits.CanDisarm ? "" : $"; {traits.WhyNot}"));
        if (WatchdogMachine.AfterBoot(traits.LastBootBitten, traits.Identity) is { } bitten) Tell(ReportKind.Alarm, bitten);
    }

    private WatchdogProgress Read()
    {
        var (rounds, turns) = _progress();
        return new WatchdogProgress(rounds, turns, _disk.Answers, _resetOrdered);
    }

    private void Perform(IWatchdog watchdog, WatchdogEffect effect)
    {
        switch (effect)
        {
            case WatchdogEffect.Feed:
                var fed = watchdog.Feed();
                if (!fed.Done) Complain(fed.Words);
                break;
            case WatchdogEffect.AskDisk: _disk.Ask(); break;
            case WatchdogEffect.BiteNow:
                var bites = watchdog.BiteNow();
                if (!bites.Done) Tell(ReportKind.Fence, bites.Words);
                break;
            case WatchdogEffect.Tell tell: Tell(tell.Alarm ? ReportKind.Alarm : ReportKind.Fence, tell.Text); break;
            default: throw new Core.InvariantException($"{effect} is not performed");
        }
    }

    private void End(IWatchdog watchdog, TimeSpan timeout)
    {
        var stopped = watchdog.Disarm();
        Tell(stopped.Done ? ReportKind.Fence : ReportKind.Alarm, stopped.Done ? "the watchdog is stopped"
            : $"{stopped.Words}: this machine is reset in {timeout.TotalSeconds:0} s unless an agent runs again by then");
    }

    /// <summary>A standing problem, told once.</summary>
    private void Complain(string text)
    {
        _view = _view with { Problem = text };
        if (text == _told) return;
        _told = text;
        Tell(ReportKind.Alarm, text);
    }

    private void Tell(ReportKind kind, string text) => _tell(new Report(kind, text, Resource: "watchdog"));
}
