using System.Collections.Immutable;
using System.Globalization;

namespace Appliance.Core.Configuration.Schema;

/// <summary>The keys of <c>[panel]</c>.</summary>
public static class PanelSchema
{
    private static readonly ChoiceType Size = new("16x2", "20x4");

    /// <summary>Addresses below and above are reserved (I2C specification, table 4).</summary>
    private static readonly IntegerType Address = new(0x08, 0x77);

    public static readonly SectionSchema Leds = new(
        "leds = { … }",
        "Lights: names in `/sys/class/leds`, or GPIO lines such as `gpiochip0:5`. Which rhythm means what: docs/PANEL.md.",
        [
            new("status", new PanelLedType(), "Says whether the pair is well."),
            new("role", new PanelLedType(), "Says whether this node serves."),
        ]);

    public static readonly SectionSchema Lines = new(
        "lines = { … }",
        "The GPIO lines of a display without a backpack.",
        [.. new[] { "rs", "e", "d4", "d5", "d6", "d7" }.Select(pin =>
            new Key(pin, new GpioLineType(), $"Pin {pin.ToUpperInvariant()} of the display.") { Required = true })]);

    public static readonly SectionSchema Display = new(
        "display = { … }",
        "A display of characters.",
        [new("type", new ChoiceType("hd44780-i2c", "hd44780-gpio", "ssd1306"), "Kind.") { Required = true }])
    {
        Discriminator = "type",
        Variants =
        [
            new("hd44780-i2c", "Character LCD behind a PCF8574 backpack.",
            [
                new("bus", Types.Path, "I2C bus.") { Default = "/dev/i2c-1" },
                new("address", Address, "Seven bits: 0x27 (PCF8574) or 0x3f (PCF8574A) unless jumpers were moved.") { Default = "39" },
                new("size", Size, "Columns and rows.") { Default = "16x2" },
            ]),
            new("hd44780-gpio", "Character LCD on GPIO lines, R/W at ground.",
            [
                new("lines", new SectionType(Lines), "Its pins, see `lines`.") { Required = true },
                new("size", Size, "Columns and rows.") { Default = "16x2" },
            ]),
            new("ssd1306", "OLED of 128 x 64 dots.",
            [
                new("bus", Types.Path, "I2C bus.") { Default = "/dev/i2c-1" },
                new("address", Address, "Seven bits: 0x3c or 0x3d.") { Default = "60" },
            ]),
        ],
    };

    public static readonly SectionSchema Button = new(
        "button = { … }",
        "A push button: short shows the next page, long moves the groups to the other node.",
        [
            new("line", new GpioLineType(), "GPIO line.") { Required = true },
            new("long-press", Types.Duration("1s", "30s"), "Held this long it is an order.") { Default = "3s" },
            new("active-low", Types.Boolean, "Pressed pulls the line to ground.") { Default = "true" },
        ]);

    public static readonly SectionSchema Panel = new(
        "[panel]",
        "Front panel: lights, display, button. What it shows: docs/PANEL.md.",
        [
            new("leds", new SectionType(Leds), "Lights, see `leds`."),
            new("display", new SectionType(Display), "Display, see `display`."),
            new("button", new SectionType(Button), "Push button, see `button`."),
        ]);

    public static ImmutableArray<SectionSchema> All { get; } = [Panel, Leds, Display, Lines, Button];
}

/// <summary>An LED's name or a GPIO line. Reads to <see cref="PanelLed"/>.</summary>
public sealed class PanelLedType : TextType
{
    private const int NameMax = 63; // LED_MAX_NAME_SIZE of the kernel, less its final zero.

    public override string Name => "LED";

    public override string Accepts => "an LED's name, for example \"appliance:status\", or a GPIO line, for example \"gpiochip0:5\"";

    /// <summary>What ends with a colon and a number is a GPIO line; no driver of the kernel names LEDs so.</summary>
    protected override object? Parse(string text, out string because)
    {
        because = "";
        var colon = text.LastIndexOf(':');
        if (colon > 0 && int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var offset))
            return offset <= ushort.MaxValue && !text.Any(char.IsControl)
                ? new PanelLed("", new GpioLineName(text[..colon], offset)) : null;
        return text.Length is > 0 and <= NameMax && text is not ("." or "..") && text.All(letter => letter is > ' ' and <= '~' and not '/')
            ? new PanelLed(text, null) : null;
    }
}
