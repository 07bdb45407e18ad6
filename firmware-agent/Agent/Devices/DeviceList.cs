namespace Appliance.Agent.Devices;

/// <summary>Everything that <c>appliance devices</c> shows. Whoever owns a kind of device adds a line here.</summary>
public static class DeviceList
{
    private static readonly Func<DeviceScene, IEnumerable<DeviceReport>>[] Sources =
    [
        WatchdogDevices.Of,
        SerialDevices.Of,
        BusDevices.Gpio,
        BusDevices.I2c,
        BusDevices.Leds,
        BusDevices.HidRaw,
        DahdiDevices.Of,
        LineDeviceReports.Of,
        LineDeviceReports.Fences,
        PanelDeviceReports.Of,
    ];

    public static IReadOnlyList<DeviceReport> Of(DeviceScene scene) => [.. Sources.SelectMany(source => source(scene))];
}
