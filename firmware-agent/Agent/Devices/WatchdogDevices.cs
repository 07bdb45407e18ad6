namespace Appliance.Agent.Devices;

/// <summary>Watchdogs of the kernel.</summary>
internal static class WatchdogDevices
{
    public static IEnumerable<DeviceReport> Of(DeviceScene scene)
    {
        foreach (var name in scene.Names("/sys/class/watchdog"))
            yield return DeviceReport.Spare("watchdog", $"/dev/{name}", Words(scene, $"/sys/class/watchdog/{name}"));
    }

    /// <summary>"i6300ESB timer, 30 s".</summary>
    internal static string Words(DeviceScene scene, string folder)
    {
        var (identity, timeout) = (scene.Line($"{folder}/identity"), scene.Line($"{folder}/timeout"));
        return $"{(identity.Length > 0 ? identity : "a watchdog")}{(timeout.Length > 0 ? $", {timeout} s" : "")}";
    }
}
