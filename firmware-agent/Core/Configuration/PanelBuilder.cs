using System.Collections.Immutable;
using System.Globalization;
using Appliance.Core.Configuration.Schema;

namespace Appliance.Core.Configuration;

/// <summary>Makes the record of a <c>[panel]</c> that was checked, and writes it.</summary>
internal static class PanelBuilder
{
    private static readonly string[] DataPins = ["d4", "d5", "d6", "d7"];

    public static PanelConfig? Build(Section root)
    {
        if (!root.Has("panel", out Section panel)) return null;
        var leds = panel.Has("leds", out Section lights) ? lights : null;
        return new PanelConfig(
            leds?.Get<PanelLed?>("status", null), leds?.Get<PanelLed?>("role", null),
            panel.Has("display", out Section display) ? Display(display) : null,
            panel.Has("button", out Section button)
                ? new PanelPush(button.Get<GpioLineName>("line"), button.Get<TimeSpan>("long-press"), button.Get<bool>("active-low"))
                : null);
    }

    public static void Write(TomlText text, PanelConfig panel)
    {
        text.Title("[panel]");
        string[] leds = [.. new[] { ("status", panel.StatusLed), ("role", panel.RoleLed) }.Where(pair => pair.Item2 is not null)
            .Select(pair => $"{pair.Item1} = {TomlText.Quote(pair.Item2!.ToString())}")];
        if (leds.Length > 0) text.Raw("leds", $"{{ {string.Join(", ", leds)} }}");
        if (panel.Display is { } display) text.Raw("display", $"{{ type = \"{display.Word}\", {Own(display)} }}");
        if (panel.Button is { } button)
            text.Raw("button", $"{{ line = {TomlText.Quote(button.Line.ToString())}, long-press = \"{Words.Of(button.LongPress)}\", "
                + $"active-low = {(button.ActiveLow ? "true" : "false")} }}");
    }

    private static PanelDisplay Display(Section display) => display.Word switch
    {
        "ssd1306" => new PanelDisplay.Ssd1306(display.Get<string>("bus"), display.Get<int>("address")),
        "hd44780-i2c" => new PanelDisplay.Hd44780I2c(
            display.Get<string>("bus"), display.Get<int>("address"), Size(display)[0], Size(display)[1]),
        "hd44780-gpio" => Gpio(display, display.Get<Section>("lines")),
        _ => throw new InvariantException($"the schema accepts the display \"{display.Word}\" and nobody builds it"),
    };

    private static PanelDisplay.Hd44780Gpio Gpio(Section display, Section lines) => new(
        lines.Get<GpioLineName>("rs"), lines.Get<GpioLineName>("e"), [.. DataPins.Select(pin => lines.Get<GpioLineName>(pin))],
        Size(display)[0], Size(display)[1]);

    private static int[] Size(Section display) =>
        [.. display.Get<string>("size").Split('x').Select(number => int.Parse(number, CultureInfo.InvariantCulture))];

    private static string Own(PanelDisplay display) => display switch
    {
        PanelDisplay.Ssd1306 oled => string.Create(
            CultureInfo.InvariantCulture, $"bus = {TomlText.Quote(oled.Bus)}, address = {oled.Address}"),
        PanelDisplay.Hd44780I2c lcd => string.Create(
            CultureInfo.InvariantCulture,
            $"bus = {TomlText.Quote(lcd.Bus)}, address = {lcd.Address}, size = \"{lcd.Columns}x{lcd.Rows}\""),
        PanelDisplay.Hd44780Gpio lcd => string.Create(
            CultureInfo.InvariantCulture, $"lines = {{ {Pins(lcd)} }}, size = \"{lcd.Columns}x{lcd.Rows}\""),
        _ => throw new InvariantException($"nobody writes {display}"),
    };

    private static string Pins(PanelDisplay.Hd44780Gpio lcd) => string.Join(", ",
        ImmutableArray.Create("rs", "e").AddRange(DataPins).Zip([lcd.Rs, lcd.Enable, .. lcd.Data])
            .Select(pair => $"{pair.First} = {TomlText.Quote(pair.Second.ToString())}"));
}
