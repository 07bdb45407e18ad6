using System.Collections.Immutable;

namespace Appliance.Core.Configuration;

/// <summary>The section <c>[panel]</c>: what a person in front of the rack sees and can push.</summary>
/// <param name="StatusLed">Light that says whether the pair is well; null: there is none.</param>
/// <param name="RoleLed">Light that says whether this node serves; null: there is none.</param>
/// <param name="Display">Null: there is none.</param>
/// <param name="Button">Null: there is none.</param>
public sealed record PanelConfig(PanelLed? StatusLed, PanelLed? RoleLed, PanelDisplay? Display, PanelPush? Button);

/// <summary>A light.</summary>
/// <param name="Name">As in <c>/sys/class/leds</c>; empty: it is a GPIO line.</param>
/// <param name="Line">Null: it is an LED of the kernel.</param>
public sealed record PanelLed(string Name, GpioLineName? Line)
{
    public override string ToString() => Line is null ? Name : Line.ToString();
}

/// <summary>A display.</summary>
public abstract record PanelDisplay
{
    private PanelDisplay()
    {
    }

    /// <summary>The word in the file's <c>type</c> key.</summary>
    public abstract string Word { get; }

    /// <summary>An HD44780 behind a PCF8574.</summary>
    public sealed record Hd44780I2c(string Bus, int Address, int Columns, int Rows) : PanelDisplay
    {
        public override string Word => "hd44780-i2c";
    }

    /// <summary>An HD44780 on six GPIO lines.</summary>
    /// <param name="Data">D4 to D7.</param>
    public sealed record Hd44780Gpio(
        GpioLineName Rs, GpioLineName Enable, ImmutableArray<GpioLineName> Data, int Columns, int Rows) : PanelDisplay
    {
        public override string Word => "hd44780-gpio";

        public bool Equals(Hd44780Gpio? other) => other is not null && Rs == other.Rs && Enable == other.Enable
            && Data.AsSpan().SequenceEqual(other.Data.AsSpan()) && (Columns, Rows) == (other.Columns, other.Rows);

        public override int GetHashCode() => HashCode.Combine(Rs, Enable, Columns, Rows);
    }

    /// <summary>An OLED of 128 x 64 dots with an SSD1306.</summary>
    public sealed record Ssd1306(string Bus, int Address) : PanelDisplay
    {
        public override string Word => "ssd1306";
    }
}

/// <summary>A push button.</summary>
/// <param name="LongPress">Held this long it asks for a switchover.</param>
/// <param name="ActiveLow">Pressed pulls the line to ground.</param>
public sealed record PanelPush(GpioLineName Line, TimeSpan LongPress, bool ActiveLow);
