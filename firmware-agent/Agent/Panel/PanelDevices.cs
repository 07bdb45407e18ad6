using Appliance.Core.Configuration;
using Appliance.Drivers.Button;
using Appliance.Drivers.Display;
using Appliance.Drivers.Gpio;
using Appliance.Drivers.I2c;
using Appliance.Drivers.Led;

namespace Appliance.Agent.Panel;

/// <summary>Opens the parts of a front panel. Every method throws <see cref="IOException"/> with words.</summary>
public class PanelDevices
{
    /// <summary>Contacts chatter for 5 to 20 ms.</summary>
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(30);

    public virtual ILed Led(PanelLed led)
    {
        if (led.Line is not { } line) return new SysfsLed(led.Name);
        using var chip = GpioChip.Open(line.Chip);
        return new GpioLed(chip.Output(line.Offset, value: false), line.ToString());
    }

    public virtual IDisplay Display(PanelDisplay display) => display switch
    {
        PanelDisplay.Hd44780I2c lcd => new Hd44780(new Pcf8574Wires(LinuxI2cBus.Open(lcd.Bus), lcd.Address), lcd.Columns, lcd.Rows),
        PanelDisplay.Hd44780Gpio lcd => new Hd44780(Wires(lcd), lcd.Columns, lcd.Rows),
        PanelDisplay.Ssd1306 oled => new Ssd1306(LinuxI2cBus.Open(oled.Bus), oled.Address),
        _ => throw new InvalidOperationException($"display {display.Word} is unknown"),
    };

    public virtual IButton Button(PanelPush push)
    {
        using var chip = GpioChip.Open(push.Line.Chip);
        return new GpioButton(chip.Input(push.Line.Offset, GpioEdge.Both, push.ActiveLow), Settle);
    }

    private static GpioWires Wires(PanelDisplay.Hd44780Gpio lcd)
    {
        var lines = new List<IGpioLine>();
        try
        {
            foreach (var name in (IEnumerable<GpioLineName>)[lcd.Rs, lcd.Enable, .. lcd.Data])
            {
                using var chip = GpioChip.Open(name.Chip);
                lines.Add(chip.Output(name.Offset, value: false));
            }
        }
        catch (IOException)
        {
            foreach (var line in lines) line.Dispose();
            throw;
        }

        return new GpioWires(lines[0], lines[1], lines[2..], lcd.Rs.Chip);
    }
}
