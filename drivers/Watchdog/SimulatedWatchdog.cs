namespace Appliance.Drivers.Watchdog;

/// <summary>What can be wrong with a simulated watchdog.</summary>
public enum WatchdogFault
{
    None,

    /// <summary>Another program has it open.</summary>
    Busy,

    /// <summary>There is none.</summary>
    Missing,

    /// <summary>It may not be opened.</summary>
    Permission,

    /// <summary>It keeps its own timeout.</summary>
    RefusesTimeout,

    /// <summary>It counts in steps of several seconds and rounds up.</summary>
    RoundsTimeout,

    /// <summary>Feeding it fails.</summary>
    RefusesFood,
}

/// <summary>
/// The twin: the hardware outlives who opened it, bites when it is not fed, and remembers in the next boot that it did. Time is given,
/// never read.
/// </summary>
public sealed class SimulatedWatchdog(Func<TimeSpan> clock)
{
    /// <summary>Steps of hardware that rounds.</summary>
    public static readonly TimeSpan Step = TimeSpan.FromSeconds(4);

    private readonly Lock _gate = new();
    private TimeSpan _fedAt;
    private bool _isOpen;

    public WatchdogFault Fault { get; set; }

    /// <summary>The kernel was told never to stop it.</summary>
    public bool NoWayOut { get; set; }

    public string Identity { get; init; } = "simulated";

    public TimeSpan Timeout { get; private set; } = TimeSpan.FromSeconds(30);

    public TimeSpan Pretimeout { get; private set; }

    /// <summary>It counts.</summary>
    public bool IsRunning { get; private set; }

    /// <summary>Times it was fed.</summary>
    public int Fed { get; private set; }

    /// <summary>It ended the boot before this one.</summary>
    public bool LastBootBitten { get; private set; }

    /// <summary>It has reset the machine: the time is up.</summary>
    public bool HasBitten
    {
        get
        {
            lock (_gate) return IsRunning && clock() - _fedAt >= Timeout;
        }
    }

    /// <summary>Opens it, which starts it; null and why not.</summary>
    public IWatchdog? TryOpen(out string problem)
    {
        lock (_gate)
        {
            problem = Fault switch
            {
                WatchdogFault.Busy => "/dev/watchdog0 is in use by systemd (pid 1)",
                WatchdogFault.Missing => "there is no watchdog /dev/watchdog0",
                WatchdogFault.Permission => "/dev/watchdog0 may not be opened (Permission denied)",
                _ => _isOpen ? "/dev/watchdog0 is in use by another program" : "",
            };
            if (problem.Length > 0) return null;
            if (!IsRunning) _fedAt = clock();
            (_isOpen, IsRunning) = (true, true);
            return new Opened(this);
        }
    }

    /// <summary>Gives it another timeout, as a test does that does not want to wait.</summary>
    public void SpeedUp(TimeSpan timeout)
    {
        lock (_gate) Timeout = timeout;
    }

    /// <summary>The machine was reset: by it or by something else.</summary>
    public void Reboot()
    {
        lock (_gate)
        {
            LastBootBitten = IsRunning && clock() - _fedAt >= Timeout;
            (IsRunning, _isOpen, Timeout) = (false, false, TimeSpan.FromSeconds(30));
        }
    }

    private WatchdogAnswer Set(TimeSpan timeout)
    {
        lock (_gate)
        {
            if (Fault == WatchdogFault.RefusesTimeout)
                return WatchdogAnswer.Refused($"watchdog {Identity} refuses a timeout of {timeout.TotalSeconds:0} s");
            Timeout = Fault == WatchdogFault.RoundsTimeout ? Step * Math.Ceiling(timeout / Step)
                : TimeSpan.FromSeconds(Math.Ceiling(timeout.TotalSeconds));
            _fedAt = clock();
            return WatchdogAnswer.Ok;
        }
    }

    private sealed class Opened(SimulatedWatchdog hardware) : IWatchdog
    {
        private bool _bites;

        public WatchdogTraits Traits => new(
            hardware.Identity, !hardware.NoWayOut, hardware.NoWayOut ? $"watchdog {hardware.Identity} cannot be stopped once it runs" : "",
            true, hardware.LastBootBitten);

        public TimeSpan Timeout => hardware.Timeout;

        public TimeSpan Pretimeout => hardware.Pretimeout;

        public TimeSpan? TimeLeft
        {
            get
            {
                lock (hardware._gate) return hardware.Timeout - (hardware.Now - hardware._fedAt);
            }
        }

        public WatchdogAnswer SetTimeout(TimeSpan timeout) => hardware.Set(timeout);

        public WatchdogAnswer SetPretimeout(TimeSpan pretimeout)
        {
            if (pretimeout >= hardware.Timeout) return WatchdogAnswer.Refused("a warning must come before the reset");
            hardware.Pretimeout = pretimeout;
            return WatchdogAnswer.Ok;
        }

        public WatchdogAnswer Feed()
        {
            if (_bites) return WatchdogAnswer.Refused($"watchdog {hardware.Identity} was told to bite");
            lock (hardware._gate)
            {
                if (hardware.Fault == WatchdogFault.RefusesFood)
                    return WatchdogAnswer.Refused($"watchdog {hardware.Identity} cannot be fed: Input/output error");
                if (!hardware.IsRunning || hardware.Now - hardware._fedAt >= hardware.Timeout)
                    return WatchdogAnswer.Refused("too late: it has bitten");
                hardware._fedAt = hardware.Now;
                hardware.Fed++;
                return WatchdogAnswer.Ok;
            }
        }

        public WatchdogAnswer Disarm()
        {
            if (!Traits.CanDisarm) return WatchdogAnswer.Refused(Traits.WhyNot);
            lock (hardware._gate) hardware.IsRunning = false;
            Dispose();
            return WatchdogAnswer.Ok;
        }

        public WatchdogAnswer BiteNow()
        {
            _bites = true;
            return hardware.Set(TimeSpan.FromSeconds(1));
        }

        public void Dispose() => hardware._isOpen = false;
    }

    private TimeSpan Now => clock();
}
