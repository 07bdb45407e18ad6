using Appliance.Core.Configuration.Schema;

namespace Appliance.Core.Configuration;

/// <summary>Makes the record of <c>[watchdog]</c>, and its canonical text.</summary>
internal static class WatchdogText
{
    public static WatchdogConfig? Build(Section root)
    {
        if (!root.Has("watchdog", out Section section)) return null;
        var (timeout, folder, deadline) = (
            section.Get<TimeSpan>("timeout"), section.Get("disk-probe", ""), section.Get<TimeSpan>("disk-deadline"));
        if (section.Word == "gpio")
            return new WatchdogConfig.Gpio(
                timeout, folder, deadline, section.Get<GpioLineName>("line"), section.Get<TimeSpan>("toggle"),
                section.Get<bool>("release-stops"));
        return new WatchdogConfig.Device(
            timeout, folder, deadline, section.Get<string>("device"), section.Get<TimeSpan>("pretimeout"));
    }

    public static void Write(TomlText text, WatchdogConfig? watchdog)
    {
        if (watchdog is null) return;
        text.Title("[watchdog]").Line("timeout", watchdog.Timeout);
        if (watchdog.DiskProbe.Length > 0) text.Line("disk-probe", watchdog.DiskProbe);
        text.Line("disk-deadline", watchdog.DiskDeadline);
        switch (watchdog)
        {
            case WatchdogConfig.Device device:
                text.Line("driver", "device").Line("device", device.Name).Line("pretimeout", device.Pretimeout);
                break;
            case WatchdogConfig.Gpio gpio:
                text.Line("driver", "gpio").Line("line", gpio.Line.ToString()).Line("toggle", gpio.Toggle)
                    .Line("release-stops", gpio.ReleaseStops);
                break;
            default:
                throw new InvariantException($"nobody writes {watchdog}");
        }
    }
}
