using Appliance.Drivers.Display;
using Appliance.Drivers.I2c;

namespace Appliance.Drivers.Tests.Display;

/// <summary>What every display promises to a person who reads it.</summary>
public abstract class DisplayContract
{
    protected abstract IDisplay Display { get; }

    protected abstract IReadOnlyList<string> Glass { get; }

    [Fact]
    public void Every_row_shows_its_line()
    {
        var lines = Enumerable.Range(0, Display.Rows).Select(row => $"ROW {row} OF {Display.Rows}").ToArray();
        Display.Show(lines);
        Assert.Equal(lines.Select(line => line.PadRight(Display.Columns)), Glass);
        Array.Reverse(lines);
        Display.Show(lines);
        Assert.Equal(lines.Select(line => line.PadRight(Display.Columns)), Glass);
    }

    [Fact]
    public void Lines_are_cut_and_filled_up_and_missing_ones_are_blank()
    {
        Display.Show([.. Enumerable.Repeat(new string('X', 99), 20)]);
        Assert.All(Glass, line => Assert.Equal(new string('X', Display.Columns), line));
        Display.Show(["A"]);
        Assert.Equal("A".PadRight(Display.Columns), Glass[0]);
        Assert.All(Glass.Skip(1), line => Assert.Equal(new string(' ', Display.Columns), line));
        Display.Show([]);
        Assert.All(Glass, line => Assert.Equal(new string(' ', Display.Columns), line));
    }

    [Fact]
    public void What_is_no_character_leaves_its_neighbours_in_their_places()
    {
        Display.Show(["A\tB\u0001C"]);
        Assert.Equal(["A", "B", "C"], new[] { 0, 2, 4 }.Select(column => Glass[0][column].ToString()));
        Assert.DoesNotContain(Glass[0], char.IsControl);
    }

    [Fact]
    public void Every_character_that_we_write_can_be_read()
    {
        for (var first = ' '; first <= '_'; first = (char)(first + Display.Columns))
        {
            var line = string.Concat(Enumerable.Range(0, Display.Columns).Select(at => (char)Math.Min('_', first + at)));
            Display.Show([line]);
            Assert.Equal(line, Glass[0]);
        }
    }

    [Fact]
    public void A_display_that_lost_its_power_shows_the_next_picture()
    {
        Display.Show(["BEFORE"]);
        LosePower();
        Assert.DoesNotContain(Glass, line => line.Contains("BEFORE", StringComparison.Ordinal));
        Display.Show(["AFTER"]);
        Assert.Equal("AFTER".PadRight(Display.Columns), Glass[0]);
    }

    protected abstract void LosePower();
}

public sealed class SimulatedDisplayTests : DisplayContract
{
    private readonly SimulatedDisplay _display = new(16, 2);

    protected override IDisplay Display => _display;

    protected override IReadOnlyList<string> Glass => _display.Glass;

    protected override void LosePower() => _display.LosePower();
}

/// <summary>A display on the simulated bus: what the bus does is the driver's to tell.</summary>
public abstract class BusDisplayContract : DisplayContract
{
    protected SimulatedI2cBus Bus { get; } = new();

    [Fact]
    public void Nobody_at_the_address_a_stuck_bus_and_a_bus_that_is_gone_are_told_and_mended()
    {
        Bus.AnswersLeft = 3;
        Assert.Contains("no device answers at 0x", Fault(), StringComparison.Ordinal);
        Bus.AnswersLeft = null;
        Bus.IsStuck = true;
        Assert.Contains("is stuck", Fault(), StringComparison.Ordinal);
        Bus.IsStuck = false;
        Bus.IsGone = true;
        Assert.Contains("is gone", Fault(), StringComparison.Ordinal);
        Bus.IsGone = false;
        Display.Show(["AGAIN"]);
        Assert.Equal("AGAIN".PadRight(Display.Columns), Glass[0]);

        string Fault() => Assert.Throws<IOException>(() => Display.Show(["X"])).Message;
    }
}

public sealed class Hd44780OnI2cTests : BusDisplayContract
{
    private readonly SimulatedHd44780 _glass = new(20, 4);

    public Hd44780OnI2cTests()
    {
        Bus.Attach(0x27, _glass.Backpack());
        Display = new Hd44780(new Pcf8574Wires(Bus, 0x27), 20, 4);
    }

    protected override IDisplay Display { get; }

    protected override IReadOnlyList<string> Glass => _glass.Glass;

    protected override void LosePower() => _glass.LosePower();

    [Fact]
    public void The_controller_understands_every_strobe_and_has_its_light_on()
    {
        Display.Show(["HELLO"]);
        Assert.Equal((0, true), (_glass.Misunderstood, _glass.HasBacklight));
    }

    [Fact]
    public void A_driver_that_sends_before_the_set_up_shows_nothing()
    {
        var wires = new Pcf8574Wires(Bus, 0x27);
        wires.Send(isText: true, "HELLO"u8);
        Assert.True(_glass.Misunderstood > 0);
        Assert.All(_glass.Glass, line => Assert.Equal(new string(' ', 20), line));
    }

    [Fact]
    public void A_transfer_that_broke_off_in_the_middle_of_a_byte_does_not_turn_the_next_picture_upside_down()
    {
        Display.Show(["FIRST"]);
        new Pcf8574Wires(Bus, 0x27).Nibble(4);
        Display.Show(["SECOND"]);
        Assert.Equal("SECOND".PadRight(20), Glass[0]);
    }
}

public sealed class Hd44780OnGpioTests : DisplayContract
{
    private readonly SimulatedHd44780 _glass = new(16, 2);

    public Hd44780OnGpioTests()
    {
        var (rs, enable, data) = _glass.Pins();
        Display = new Hd44780(new GpioWires(rs, enable, data, "gpiochip9"), 16, 2);
    }

    protected override IDisplay Display { get; }

    protected override IReadOnlyList<string> Glass => _glass.Glass;

    protected override void LosePower() => _glass.LosePower();
}

public sealed class Ssd1306Tests : BusDisplayContract
{
    private readonly SimulatedSsd1306 _oled = new();

    public Ssd1306Tests()
    {
        Bus.Attach(0x3C, _oled);
        Display = new Ssd1306(Bus, 0x3C);
    }

    protected override IDisplay Display { get; }

    protected override IReadOnlyList<string> Glass => _oled.Read();

    protected override void LosePower() => _oled.LosePower();

    [Fact]
    public void Every_instruction_is_one_of_the_data_sheet()
    {
        Display.Show(["HELLO"]);
        Assert.Empty(_oled.Unknown);
    }

    [Fact]
    public void Without_the_charge_pump_it_stays_dark_and_without_the_remapping_it_is_mirrored()
    {
        Display.Show(["HELLO"]);
        _oled.Receive([0x00, 0x8D, 0x10]);
        Assert.DoesNotContain('#', _oled.Picture());
        _oled.Receive([0x00, 0x8D, 0x14, 0xA0]);
        Assert.NotEqual("HELLO", Glass[0].Trim());
        Assert.Contains('#', _oled.Picture());
    }

    /// <summary>The picture of a page, dot by dot. REWRITE=1 writes it again.</summary>
    [Fact]
    public void The_picture_is_as_reviewed()
    {
        Display.Show(["SERVING", "pbx-a + pbx-b", "", "192.168.1.245", "link lan is down: no carrier?"]);
        var path = GoldenFile();
        if (Environment.GetEnvironmentVariable("REWRITE") == "1") File.WriteAllText(path, _oled.Picture());
        Assert.Equal(File.ReadAllText(path), _oled.Picture());
    }

    private static string GoldenFile()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Appliance.sln"))) folder = folder.Parent;
        return Path.Combine(folder!.FullName, "tests", "Drivers.Tests", "Display", "oled-page.txt");
    }
}
