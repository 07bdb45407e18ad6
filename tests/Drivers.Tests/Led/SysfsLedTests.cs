using Appliance.Core.Panel;
using Appliance.Drivers.Led;

namespace Appliance.Drivers.Tests.Led;

/// <summary>An LED of the kernel, as a folder of files; the kernel's own is driven by the virtual machine's job "devices".</summary>
public abstract class SysfsLedContract : LedContract
{
    private readonly string _folder = Directory.CreateTempSubdirectory("panel-leds-").FullName;

    protected SysfsLedContract(string triggers)
    {
        Directory.CreateDirectory(Place);
        Write("trigger", triggers);
        Write("max_brightness", "255\n");
        Write("brightness", "0\n");
        Led = new SysfsLed("appliance:status", _folder);
    }

    protected override ILed Led { get; }

    private string Place => Path.Combine(_folder, "appliance:status");

    protected override bool IsSteady(bool lit) => Read("brightness") == (lit ? "255" : "0") && Read("trigger").Contains("none");

    protected override void TakeAway() => Directory.Delete(Place, recursive: true);

    public override void Dispose()
    {
        base.Dispose();
        GC.SuppressFinalize(this);
        Directory.Delete(_folder, recursive: true);
    }

    protected void Write(string file, string text) => File.WriteAllText(Path.Combine(Place, file), text);

    protected string Read(string file)
    {
        try
        {
            return File.ReadAllText(Path.Combine(Place, file)).Trim();
        }
        catch (IOException)
        {
            return "";
        }
    }

    [Fact]
    public void A_name_that_does_not_exist_is_told_with_those_that_do()
    {
        using var led = new SysfsLed("appliance:rolle", _folder);
        Assert.Equal("there is no LED appliance:rolle; there are appliance:status",
            Assert.Throws<IOException>(() => led.Show(LedRhythm.On)).Message);
    }
}

/// <summary>The kernel blinks: we only write what it shall do.</summary>
public sealed class SysfsLedWithTriggersTests() : SysfsLedContract("[none] timer heartbeat pattern\n")
{
    protected override bool IsBlinking() => Read("trigger") is "timer" or "pattern";

    [Fact]
    public void Timer_and_pattern_get_the_rhythm_in_milliseconds()
    {
        Led.Show(LedRhythm.Wink);
        Assert.Equal(("timer", "1800", "200"), (Read("trigger"), Read("delay_on"), Read("delay_off")));
        Write("trigger", "none [timer] heartbeat pattern\n");
        Led.Show(LedRhythm.Double);
        Assert.Equal(("pattern", "255 120 255 0 0 150 0 0 255 120 255 0 0 900 0 0"), (Read("trigger"), Read("pattern")));
    }

    [Fact]
    public void The_same_again_writes_nothing_unless_somebody_else_changed_the_trigger()
    {
        Led.Show(LedRhythm.Slow);
        Write("trigger", "none [timer] heartbeat pattern\n");
        Write("delay_on", "untouched");
        Led.Show(LedRhythm.Slow);
        Assert.Equal("untouched", Read("delay_on"));
        Write("trigger", "[none] timer heartbeat pattern\n");
        Led.Show(LedRhythm.Slow);
        Assert.Equal("1000", Read("delay_on"));
    }
}

/// <summary>A kernel without the triggers: our thread blinks.</summary>
public sealed class SysfsLedWithoutTriggersTests() : SysfsLedContract("[none] kbd-capslock\n")
{
    protected override bool IsBlinking()
    {
        var level = Read("brightness");
        return SpinWait.SpinUntil(() => Read("brightness") is { Length: > 0 } now && now != level, 5000);
    }
}
