using Appliance.Drivers.Gpio;

namespace Appliance.Drivers.Watchdog;

/// <summary>
/// A supervisor chip outside the processor that wants to see edges on a line (its WDI input) and pulls reset when none comes. Its timeout
/// is wired, not set; each feeding is an edge.
/// </summary>
public sealed class GpioWatchdog : IWatchdog
{
    private readonly IGpioChip _chip;
    private readonly IGpioLine _line;
    private readonly string _name;
    private bool _level;
    private bool _bites;

    private GpioWatchdog(IGpioChip chip, IGpioLine line, string name, TimeSpan timeout, bool releaseStops)
    {
        (_chip, _line, _name, Timeout) = (chip, line, name, timeout);
        Traits = new WatchdogTraits($"gpio {name}", releaseStops, releaseStops ? ""
            : $"the chip behind {name} goes on when its line is let go (release-stops is false)", false, false);
    }

    public WatchdogTraits Traits { get; }

    public TimeSpan Timeout { get; }

    public TimeSpan Pretimeout => TimeSpan.Zero;

    public TimeSpan? TimeLeft => null;

    /// <summary>Takes the line; null when it cannot be had, and <paramref name="problem"/> says why in words.</summary>
    /// <param name="chip">Opens the chip; it belongs to the watchdog from then on.</param>
    /// <param name="offset">Number of the line.</param>
    /// <param name="timeout">As the chip is wired.</param>
    /// <param name="releaseStops">The chip stops when nobody drives the line.</param>
    public static GpioWatchdog? TryOpen(Func<IGpioChip> chip, int offset, TimeSpan timeout, bool releaseStops, out string problem)
    {
        IGpioChip? opened = null;
        try
        {
            opened = chip();
            problem = "";
            return new GpioWatchdog(opened, opened.Output(offset, false), $"{opened.Name}:{offset}", timeout, releaseStops);
        }
        catch (IOException fault)
        {
            opened?.Dispose();
            problem = fault.Message;
            return null;
        }
    }

    public WatchdogAnswer SetTimeout(TimeSpan timeout) => timeout == Timeout ? WatchdogAnswer.Ok
        : WatchdogAnswer.Refused($"the chip behind {_name} has its own timeout");

    public WatchdogAnswer SetPretimeout(TimeSpan pretimeout) => WatchdogAnswer.Refused($"the chip behind {_name} gives no warning");

    public WatchdogAnswer Feed()
    {
        if (_bites) return WatchdogAnswer.Refused($"watchdog {_name} was told to bite");
        try
        {
            _level = !_level;
            _line.Value = _level;
            return WatchdogAnswer.Ok;
        }
        catch (IOException fault)
        {
            return WatchdogAnswer.Refused($"watchdog {_name} cannot be fed: {fault.Message}");
        }
    }

    public WatchdogAnswer Disarm()
    {
        if (!Traits.CanDisarm) return WatchdogAnswer.Refused(Traits.WhyNot);
        Dispose();
        return WatchdogAnswer.Ok;
    }

    public WatchdogAnswer BiteNow()
    {
        _bites = true;
        return WatchdogAnswer.Ok;
    }

    public void Dispose()
    {
        _line.Dispose();
        _chip.Dispose();
    }
}
