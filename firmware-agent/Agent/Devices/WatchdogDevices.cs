using Appliance.Core.Configuration;

namespace Appliance.Agent.Devices;

/// <summary>Watchdogs of the kernel.</summary>
internal static class WatchdogDevices
{
    public static IEnumerable<DeviceReport> Of(DeviceScene scene)
    {
        var names = scene.Names("/sys/class/watchdog");
        var wanted = (scene.Config?.Watchdog as WatchdogConfig.Device)?.Name;
        if (scene.Config?.Watchdog is WatchdogConfig.Gpio chip)
            yield return new DeviceReport("watchdog", "[watchdog]", $"GPIO line {chip.Line}", "", DeviceState.Unchecked, "");
        if (wanted is not null)
            yield return DeviceReport.Wanted("watchdog", "[watchdog]", wanted,
                names.Where(name => Fits(scene, name, wanted)).Select(name => $"/dev/{name}, {Words(scene, $"/sys/class/watchdog/{name}")}")
                    .FirstOrDefault(),
                names.Count == 0 ? "load the driver of the watchdog (softdog is better than none)"
                    : $"correct its name; there are {string.Join(", ", names.Select(name => $"/dev/{name}"))}");
        foreach (var name in names.Where(name => wanted is null || !Fits(scene, name, wanted)))
            yield return DeviceReport.Spare("watchdog", $"/dev/{name}", Words(scene, $"/sys/class/watchdog/{name}"));
    }

    /// <summary>By its path, by the identity of its driver; /dev/watchdog is the first.</summary>
    private static bool Fits(DeviceScene scene, string name, string wanted) => wanted == $"/dev/{name}"
        || (wanted == "/dev/watchdog" && name == "watchdog0") || wanted == scene.Line($"/sys/class/watchdog/{name}/identity");

    /// <summary>"i6300ESB timer, 30 s".</summary>
    private static string Words(DeviceScene scene, string folder)
    {
        var (identity, timeout) = (scene.Line($"{folder}/identity"), scene.Line($"{folder}/timeout"));
        return $"{(identity.Length > 0 ? identity : "a watchdog")}{(timeout.Length > 0 ? $", {timeout} s" : "")}";
    }
}
