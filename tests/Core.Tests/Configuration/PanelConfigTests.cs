using Appliance.Core.Configuration;

namespace Appliance.Core.Tests.ConfigurationTests;

public sealed class PanelConfigTests
{
    private const string Full = """
        [panel]
        leds = { status = "appliance:status", role = "gpiochip0:5" }
        display = { type = "hd44780-i2c", bus = "/dev/i2c-1", address = 0x27, size = "20x4" }
        button = { line = "pinctrl-bcm2711:6", long-press = "5s", active-low = false }
        """;

    private const string Pins = "lines = { rs = \"gpiochip0:1\", e = \"gpiochip0:2\", d4 = \"gpiochip0:3\", d5 = \"gpiochip0:4\", "
        + "d6 = \"gpiochip0:5\", d7 = \"gpiochip0:6\" }";

    [Fact]
    public void A_panel_with_everything_is_read()
    {
        var panel = Config.Good(Config.Plus(Full)).Panel!;
        Assert.Equal(new PanelLed("appliance:status", null), panel.StatusLed);
        Assert.Equal(new PanelLed("", new GpioLineName("gpiochip0", 5)), panel.RoleLed);
        Assert.Equal(new PanelDisplay.Hd44780I2c("/dev/i2c-1", 0x27, 20, 4), panel.Display);
        Assert.Equal(new PanelPush(new GpioLineName("pinctrl-bcm2711", 6), TimeSpan.FromSeconds(5), false), panel.Button);
    }

    [Fact]
    public void Without_the_section_there_is_no_panel_and_a_panel_changes_the_digest()
    {
        var without = Config.Good(Config.Read(Config.Minimal));
        Assert.Null(without.Panel);
        Assert.NotEqual(without.Digest, Config.Good(Config.Plus(Full)).Digest);
    }

    [Theory]
    [InlineData(Full)]
    [InlineData("[panel]\nleds = { role = \"a\" }")]
    [InlineData("[panel]\ndisplay = { type = \"ssd1306\" }")]
    [InlineData("[panel]\ndisplay = { type = \"hd44780-gpio\", " + Pins + " }")]
    [InlineData("[panel]\nbutton = { line = \"gpiochip0:6\" }")]
    public void What_is_written_reads_back(string section)
    {
        var config = Config.Good(Config.Plus(section));
        var again = Config.Good(Config.Read(ConfigText.Write(config)));
        Assert.Equal(config.Panel, again.Panel);
        Assert.Equal(config.Digest, again.Digest);
    }

    [Theory]
    [InlineData("", "panel", "expected leds, display or button")]
    [InlineData("leds = {}", "panel.leds", "neither status nor role")]
    [InlineData("leds = { role = \"a\", power = \"x\" }", "panel.leds.power", "status")]
    [InlineData("leds = { status = \"a/b\" }", "panel.leds.status", "an LED's name")]
    [InlineData("leds = { status = \"..\" }", "panel.leds.status", "an LED's name")]
    [InlineData("leds = { status = \"\" }", "panel.leds.status", "an LED's name")]
    [InlineData("leds = { status = \"gpiochip0:70000\" }", "panel.leds.status", "a GPIO line")]
    [InlineData("leds = { status = \"a\", role = \"a\" }", "panel.leds.role", "already used")]
    [InlineData("leds = { status = \"gpiochip0:6\" }\nbutton = { line = \"gpiochip0:6\" }", "panel.button.line", "already used")]
    [InlineData("display = { type = \"hd44780\" }", "panel.display.type", "hd44780-i2c")]
    [InlineData("display = { type = \"ssd1306\", address = 0x03 }", "panel.display.address", "from 8 to 119")]
    [InlineData("display = { type = \"hd44780-i2c\", size = \"40x2\" }", "panel.display.size", "16x2")]
    [InlineData("display = { type = \"hd44780-gpio\" }", "panel.display.lines", "missing")]
    [InlineData("button = { line = \"gpiochip0:6\", long-press = \"100ms\" }", "panel.button.long-press", "too short")]
    [InlineData("button = {}", "panel.button.line", "missing")]
    public void What_is_wrong_is_told_where_it_stands(string lines, string keyPath, string words)
    {
        var problem = Config.Only(Config.Plus($"[panel]\n{lines}"));
        Assert.Equal(keyPath, problem.KeyPath);
        Assert.Contains(words, problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("led")]
    [InlineData("panel")]
    public void Lights_are_no_resources_and_the_refusal_says_what_to_write(string type)
    {
        var problem = Config.Only(Config.Plus($"[[group.resource]]\nname = \"light\"\ntype = \"{type}\""));
        Assert.Equal(Severity.Unsupported, problem.Severity);
        Assert.Contains("write [panel]", problem.Message, StringComparison.Ordinal);
    }
}
