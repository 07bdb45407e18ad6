using Appliance.Core.Configuration;

namespace Appliance.Agent.Devices;

/// <summary>What <c>[device.NAME]</c> asks for: relays and bridges.</summary>
internal static class LineDeviceReports
{
    public static IEnumerable<DeviceReport> Of(DeviceScene scene) =>
        (scene.Config?.Devices ?? []).Select(device => device switch
        {
            LineDeviceConfig.FoneBridge bridge => new DeviceReport("bridge", device.Name, $"{device.Driver} {bridge.Address}", "",
                DeviceState.Unchecked, $"appliance fonebridge query --address {bridge.Address} asks it"),
            RelayDeviceConfig relay when scene.Node >= 0 && relay.Node != scene.Node && relay is not RelayDeviceConfig.Berofos =>
                new DeviceReport("relay", device.Name, $"{device.Driver} at {scene.Config!.Nodes[relay.Node]}", "", DeviceState.Unchecked,
                    ""),
            RelayDeviceConfig.Rhino rhino => Port(scene, device, rhino.Port),
            RelayDeviceConfig.Serial serial => Port(scene, device, serial.Port),
            RelayDeviceConfig.Hid { Port.Length: > 0 } hid => Port(scene, device, hid.Port),
            RelayDeviceConfig.Gpio gpio when scene.Has($"/dev/{gpio.Line.Chip}") => Port(scene, device, $"/dev/{gpio.Line.Chip}"),
            RelayDeviceConfig.Berofos berofos => Unchecked(device, berofos.Address),
            _ => Unchecked(device, "found by its USB identity or label"),
        });

    /// <summary>What <c>[fence.NAME]</c> asks for: only its own test tells whether it answers.</summary>
    public static IEnumerable<DeviceReport> Fences(DeviceScene scene) =>
        (scene.Config?.Fences ?? []).Select(fence => new DeviceReport("fence", fence.Name,
            $"{fence.Word} for {scene.Config!.Nodes[fence.Node]}", "", DeviceState.Unchecked,
            $"appliance fence test {scene.Config.Nodes[fence.Node]} asks it"));

    private static DeviceReport Port(DeviceScene scene, LineDeviceConfig device, string port)
    {
        var end = scene.Has(port) ? scene.Target(port) : null;
        return DeviceReport.Wanted("relay", device.Name, $"{device.Driver} at {port}", end,
            $"plug it in; the name {port} is made by udev (udev/README.md)");
    }

    private static DeviceReport Unchecked(LineDeviceConfig device, string where) => new("relay", device.Name,
        $"{device.Driver}, {where}", "", DeviceState.Unchecked, $"appliance relay status {device.Name} asks it");
}
