namespace Appliance.Core.Configuration;

/// <summary>A section <c>[watchdog]</c>.</summary>
/// <param name="Timeout">Not fed for this long: reset.</param>
/// <param name="DiskProbe">Folder of the disk probe; empty: the state directory.</param>
/// <param name="DiskDeadline">The disk has failed when it is silent for this long; zero: it is not asked.</param>
public abstract record WatchdogConfig(TimeSpan Timeout, string DiskProbe, TimeSpan DiskDeadline)
{
    /// <summary>A watchdog of the kernel.</summary>
    /// <param name="Name">Path of the device, or the identity its driver shows.</param>
    /// <param name="Pretimeout">Zero: none.</param>
    public sealed record Device(TimeSpan Timeout, string DiskProbe, TimeSpan DiskDeadline, string Name, TimeSpan Pretimeout)
        : WatchdogConfig(Timeout, DiskProbe, DiskDeadline);

    /// <summary>A supervisor chip outside the processor.</summary>
    /// <param name="Line">Its input.</param>
    /// <param name="Toggle">Pause between two edges.</param>
    /// <param name="ReleaseStops">It stops when nobody drives the line.</param>
    public sealed record Gpio(
        TimeSpan Timeout, string DiskProbe, TimeSpan DiskDeadline, GpioLineName Line, TimeSpan Toggle, bool ReleaseStops)
        : WatchdogConfig(Timeout, DiskProbe, DiskDeadline);
}
