namespace Appliance.Drivers.Watchdog;

/// <summary>
/// Hardware that resets the machine when it is not fed in time. It runs from the moment it was opened; an end of the process without
/// <see cref="Disarm"/> leaves it running, so that a dead agent is a reset unless another one takes it over. One thread uses it.
/// </summary>
public interface IWatchdog : IDisposable
{
    WatchdogTraits Traits { get; }

    /// <summary>Not fed for this long: reset. As the hardware has it, which may have rounded what was asked for.</summary>
    TimeSpan Timeout { get; }

    /// <summary>Asks for a timeout; afterwards <see cref="Timeout"/> says what is in force.</summary>
    WatchdogAnswer SetTimeout(TimeSpan timeout);

    /// <summary>The warning before the reset, counted back from it; zero: there is none.</summary>
    TimeSpan Pretimeout { get; }

    /// <summary>Asks for a warning; zero: none.</summary>
    WatchdogAnswer SetPretimeout(TimeSpan pretimeout);

    /// <summary>Until the reset if it is not fed again; null: the hardware does not say.</summary>
    TimeSpan? TimeLeft { get; }

    /// <summary>Another timeout of peace.</summary>
    WatchdogAnswer Feed();

    /// <summary>Stops it and closes it; refused where the kernel was told never to stop one (nowayout), or it cannot be.</summary>
    WatchdogAnswer Disarm();

    /// <summary>The shortest timeout the hardware takes, and no feeding after that: the machine is reset in a moment.</summary>
    WatchdogAnswer BiteNow();
}

/// <summary>What a watchdog is and can.</summary>
/// <param name="Identity">The name its driver shows, e.g. "iTCO_wdt".</param>
/// <param name="CanDisarm">It can be stopped in good order.</param>
/// <param name="WhyNot">Why it cannot be, in words; empty: it can.</param>
/// <param name="HasPretimeout">It can warn before it bites.</param>
/// <param name="LastBootBitten">It says that it ended the last boot.</param>
public sealed record WatchdogTraits(string Identity, bool CanDisarm, string WhyNot, bool HasPretimeout, bool LastBootBitten);

/// <summary>How a request ended.</summary>
/// <param name="Done">It was carried out.</param>
/// <param name="Words">If not: what, where, found, what to do.</param>
public readonly record struct WatchdogAnswer(bool Done, string Words)
{
    public static WatchdogAnswer Ok => new(true, "");

    public static WatchdogAnswer Refused(string words) => new(false, words);
}
