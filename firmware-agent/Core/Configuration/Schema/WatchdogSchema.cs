using System.Collections.Immutable;

namespace Appliance.Core.Configuration.Schema;

/// <summary>The keys of <c>[watchdog]</c>.</summary>
public static class WatchdogSchema
{
    public const string DeviceDefault = "/dev/watchdog";

    public static readonly SectionSchema Watchdog = new(
        "[watchdog]",
        "Hardware that resets a node that hangs. It is fed only while the heartbeat thread, the decision loop and the disk make progress.",
        [
            new("driver", new ChoiceType("device", "gpio"), "A watchdog of the kernel, or a line that a chip outside watches.")
                { Default = "device" },
            new("timeout", Types.Duration("1s", "10m"),
                "Not fed for this long: reset. More than deadtime, less than stop-failure-bound; whole seconds with a kernel device, "
                    + "as wired with a chip.")
                { Default = "10s" },
            new("disk-probe", Types.Path, "Folder in which a small file is written and synced to prove that the disk works; "
                + "without it the state directory."),
            new("disk-deadline", Types.Duration("0ms", "10m"),
                "The disk has failed when it does not answer for this long; `0ms`: it is not asked.")
                { Default = "30s" },
        ])
    {
        Discriminator = "driver",
        Variants =
        [
            new("device", "A watchdog of the kernel.",
            [
                new("device", new StringType("path or word", "an absolute path, or a watchdog's identity, for example \"iTCO_wdt\" "
                    + "(cat /sys/class/watchdog/*/identity)", DeviceFault), "Which one: by path, or by the identity the driver shows in "
                    + "`/sys/class/watchdog`.") { Default = DeviceDefault },
                new("pretimeout", Types.Duration("0ms", "10m"),
                    "The kernel warns this long before the reset, if the device can; `0ms`: it does not.") { Default = "0ms" },
            ]),
            new("gpio", "A supervisor chip that resets the machine when its input has no edge for `timeout`.",
            [
                new("line", new GpioLineType(), "Chip and number of the line.") { Required = true },
                new("toggle", Types.Duration("50ms", "1m"), "Pause between two edges, at most half the timeout.") { Default = "250ms" },
                new("release-stops", Types.Boolean,
                    "The chip stops when nobody drives the line: then an orderly stop of the agent is no reset.")
                    { Default = "false" },
            ]),
        ],
    };

    private static string? DeviceFault(string text)
    {
        if (text.StartsWith('/')) return Types.IsPath(text) ? null : "it is no plain absolute path";
        if (text.Length is 0 or > 32) return $"it has {text.Length} characters; an identity has 1 to 32";
        return text.Any(char.IsControl) || text.Contains('/') ? "another character is in it" : null;
    }
}
