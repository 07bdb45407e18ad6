using System.Globalization;
using Appliance.Core.Configuration;

namespace Appliance.Agent.Devices;

/// <summary>What <c>[panel]</c> asks for.</summary>
internal static class PanelDeviceReports
{
    public static IEnumerable<DeviceReport> Of(DeviceScene scene)
    {
        if (scene.Config?.Panel is not { } panel) yield break;
        if (panel.StatusLed is { } status) yield return Led(scene, "status light", status);
        if (panel.RoleLed is { } role) yield return Led(scene, "role light", role);
        if (panel.Display is { } display) yield return Display(scene, display);
        if (panel.Button is { } button) yield return Line(scene, "button", button.Line);
    }

    private static DeviceReport Led(DeviceScene scene, string name, PanelLed led)
    {
        if (led.Line is { } line) return Line(scene, name, line);
        var known = scene.Names("/sys/class/leds");
        return DeviceReport.Wanted("panel", name, led.Name, known.Contains(led.Name) ? led.Name : null,
            known.Count == 0 ? "this machine has no LEDs: load their driver" : $"correct the name; there are {string.Join(", ", known)}");
    }

    private static DeviceReport Display(DeviceScene scene, PanelDisplay display) => display switch
    {
        PanelDisplay.Hd44780I2c lcd => Bus(scene, $"{display.Word} {lcd.Columns}x{lcd.Rows}", lcd.Bus, lcd.Address),
        PanelDisplay.Ssd1306 oled => Bus(scene, display.Word, oled.Bus, oled.Address),
        PanelDisplay.Hd44780Gpio lcd => Line(scene, "display", lcd.Rs),
        _ => throw new InvalidOperationException($"display {display.Word} is unknown"),
    };

    /// <summary>The bus can be seen; whether somebody answers on it is told by using it.</summary>
    private static DeviceReport Bus(DeviceScene scene, string words, string bus, int address)
    {
        var configured = string.Create(CultureInfo.InvariantCulture, $"{words} at 0x{address:x2} on {bus}");
        return scene.Has(bus)
            ? new DeviceReport("panel", "display", configured, bus, DeviceState.Unchecked, "appliance panel test shows whether it answers")
            : DeviceReport.Wanted("panel", "display", configured, null, "load i2c-dev and switch the bus on");
    }

    /// <summary>A chip named by its label is found by opening it, which is not done here.</summary>
    private static DeviceReport Line(DeviceScene scene, string name, GpioLineName line)
    {
        var path = line.Chip.StartsWith('/') ? line.Chip : $"/dev/{line.Chip}";
        if (scene.Has(path)) return DeviceReport.Wanted("panel", name, line.ToString(), path, "");
        return line.Chip.StartsWith("gpiochip", StringComparison.Ordinal) || line.Chip.StartsWith('/')
            ? DeviceReport.Wanted("panel", name, line.ToString(), null, "load the chip's driver, or correct the name")
            : new DeviceReport("panel", name, line.ToString(), "", DeviceState.Unchecked,
                "a chip named by its label: gpiodetect lists them");
    }
}
