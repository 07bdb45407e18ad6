using Appliance.Core.Configuration;

namespace Appliance.Agent.Devices;

/// <summary>Serial ports with a UART or an adapter behind them, and the heartbeat links that want one.</summary>
internal static class SerialDevices
{
    /// <summary>Ports of /dev/ttyS that have no chip say type 0 (PORT_UNKNOWN).</summary>
    private const string NoUart = "0";

    public static IEnumerable<DeviceReport> Of(DeviceScene scene)
    {
        var ports = scene.Names("/sys/class/tty").Where(name => IsPort(scene, name)).ToDictionary(name => $"/dev/{name}",
            name => Words(scene, name));
        var used = new HashSet<string>();
        foreach (var link in (scene.Config?.Links ?? []).OfType<LinkConfig.Serial>())
        {
            var port = scene.Has(link.Device) ? scene.Target(link.Device) : "";
            used.Add(port);
            yield return DeviceReport.Wanted("serial", link.Device, $"heartbeat link {link.Name}, {link.Baud} baud",
                ports.TryGetValue(port, out var words) ? port == link.Device ? words : $"{port}, {words}" : null,
                port.Length > 0 ? $"{link.Device} is there and is no serial port with a chip behind it: another port?"
                    : $"plug the cable's adapter in, or correct the device of link {link.Name}");
        }

        foreach (var (port, words) in ports)
            if (!used.Contains(port)) yield return DeviceReport.Spare("serial", port, words);
    }

    private static bool IsPort(DeviceScene scene, string name) =>
        scene.Has($"/sys/class/tty/{name}/device") && scene.Line($"/sys/class/tty/{name}/type") != NoUart;

    /// <summary>"usb-FTDI_FT232R_A50285BI-if00-port0" where udev knows, else the driver's name.</summary>
    private static string Words(DeviceScene scene, string name)
    {
        var byId = scene.Names("/dev/serial/by-id").FirstOrDefault(id => scene.Target($"/dev/serial/by-id/{id}") == $"/dev/{name}");
        if (byId is not null) return byId;
        var driver = Path.GetFileName(scene.Target($"/sys/class/tty/{name}/device/driver"));
        return driver is "driver" or "" ? "serial port" : driver;
    }
}
