using Appliance.Agent.Clock;
using Appliance.Core;
using Appliance.Core.Watchdog;
using Appliance.Drivers.Systemd;

namespace Appliance.Agent.Watchdog;

/// <summary>
/// Gives systemd the sign of life that WatchdogSec= asks for, four times in a period and only with proof of progress, as the hardware's
/// watchdog gets it. An agent that hangs is then ended and started again, and takes its resources back; without this it would keep them
/// for ever, because its machine still answers for the service address.
/// </summary>
public sealed class ServiceWatchdog : IDisposable
{
    private readonly Func<bool> _feed;
    private readonly TimeSpan _period;
    private readonly Func<(long Rounds, long Turns)> _progress;
    private readonly WatchdogBounds _bounds;
    private readonly Action<string> _tell;
    private readonly ManualResetEvent _end = new(false);
    private readonly Thread _thread;

    /// <param name="feed">Sends the sign; false: nobody took it.</param>
    /// <param name="period">Without a sign for so long systemd ends this process.</param>
    /// <param name="progress">Rounds of the heartbeat thread and turns of the decision loop.</param>
    /// <param name="standstill">Without progress for this long either of them stands still.</param>
    /// <param name="tell">For the journal; must not wait.</param>
    public ServiceWatchdog(
        Func<bool> feed, TimeSpan period, Func<(long Rounds, long Turns)> progress, TimeSpan standstill, Action<string> tell)
    {
        (_feed, _period, _progress, _tell) = (feed, period, progress, tell);
        _bounds = new WatchdogBounds(standstill, standstill, Disk: TimeSpan.Zero);
        _thread = new Thread(Run, Limits.ThreadStackBytes) { IsBackground = true, Name = "sign of life" };
    }

    /// <summary>Begins; null when the unit has no WatchdogSec=.</summary>
    public static ServiceWatchdog? Start(
        Notify systemd, Func<(long Rounds, long Turns)> progress, TimeSpan standstill, Action<string> tell)
    {
        if (Notify.WatchdogPeriod() is not { } period) return null;
        var watchdog = new ServiceWatchdog(systemd.Watchdog, period, progress, standstill, tell);
        watchdog.Start();
        return watchdog;
    }

    public void Start() => _thread.Start();

    public void Dispose()
    {
        _end.Set();
        if (_thread.IsAlive) _thread.Join();
        _end.Dispose();
    }

    private void Run()
    {
        var state = WatchdogMachine.Start(Read(), BootClock.Now);
        do
        {
            var why = state.Why;
            (state, var effects) = WatchdogMachine.Step(state, Read(), _bounds, _period, BootClock.Now);
            foreach (var effect in effects)
                if (effect is WatchdogEffect.Feed) _feed();
            if (state.Why == why) continue;
            _tell(state.Why.Length > 0
                ? $"no sign of life for systemd: {state.Why}; this agent is started anew in {_period.TotalSeconds:0.#} s unless that ends"
                : $"systemd gets signs of life again (it did not: {why})");
        }
        while (!_end.WaitOne(_period / 4));
    }

    private WatchdogProgress Read()
    {
        var (rounds, turns) = _progress();
        return new WatchdogProgress(rounds, turns, DiskAnswers: 0, ResetOrdered: false);
    }
}
