namespace Appliance.Agent.Devices;

/// <summary>What the kernel's small buses have: GPIO chips, I2C adapters, LEDs, raw HID devices.</summary>
internal static class BusDevices
{
    public static IEnumerable<DeviceReport> Gpio(DeviceScene scene) =>
        scene.Names("/sys/bus/gpio/devices").Where(name => name.StartsWith("gpiochip", StringComparison.Ordinal))
            .Select(name => DeviceReport.Spare("gpio", $"/dev/{name}", GpioWords(scene, name)));

    public static IEnumerable<DeviceReport> I2c(DeviceScene scene) =>
        scene.Names("/sys/class/i2c-dev").Select(name =>
            DeviceReport.Spare("i2c", $"/dev/{name}", Or(scene.Line($"/sys/class/i2c-dev/{name}/name"), "I2C adapter")));

    public static IEnumerable<DeviceReport> Leds(DeviceScene scene) =>
        scene.Names("/sys/class/leds").Select(name => DeviceReport.Spare("led", name, LedWords(scene, name)));

    public static IEnumerable<DeviceReport> HidRaw(DeviceScene scene) =>
        scene.Names("/sys/class/hidraw").Select(name => DeviceReport.Spare("hidraw", $"/dev/{name}", HidWords(scene, name)));

    /// <summary>The label is not in /sys; the driver behind the chip says as much.</summary>
    private static string GpioWords(DeviceScene scene, string name)
    {
        var driver = Path.GetFileName(scene.Target($"/sys/bus/gpio/devices/{name}/device/driver"));
        return driver is "driver" or "" ? "GPIO chip" : driver;
    }

    /// <summary>The chosen trigger stands in brackets.</summary>
    private static string LedWords(DeviceScene scene, string name)
    {
        var triggers = scene.Line($"/sys/class/leds/{name}/trigger");
        var (open, close) = (triggers.IndexOf('['), triggers.IndexOf(']'));
        return open >= 0 && close > open ? $"trigger {triggers[(open + 1)..close]}" : "LED";
    }

    /// <summary>HID_ID=0003:000016C0:000005DF and HID_NAME=www.dcttech.com USBRelay2 of the device's uevent.</summary>
    private static string HidWords(DeviceScene scene, string name)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(scene.PathOf($"/sys/class/hidraw/{name}/device/uevent"));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return "raw HID device";
        }

        var id = Value(lines, "HID_ID=").Split(':');
        var words = Or(Value(lines, "HID_NAME="), "raw HID device");
        return id.Length == 3 && id[1].Length == 8 && id[2].Length == 8
            ? $"{words} ({id[1][4..].ToLowerInvariant()}:{id[2][4..].ToLowerInvariant()})" : words;
    }

    private static string Value(string[] lines, string key) =>
        lines.FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal))?[key.Length..].Trim() ?? "";

    private static string Or(string text, string otherwise) => text.Length > 0 ? text : otherwise;
}
