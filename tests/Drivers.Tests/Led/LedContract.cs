using Appliance.Core.Panel;
using Appliance.Drivers.Gpio;
using Appliance.Drivers.Led;

namespace Appliance.Drivers.Tests.Led;

/// <summary>What every light promises.</summary>
public abstract class LedContract : IDisposable
{
    protected abstract ILed Led { get; }

    [Fact]
    public void Steady_light_and_steady_dark()
    {
        Led.Show(LedRhythm.On);
        Assert.True(SpinWait.SpinUntil(() => IsSteady(lit: true), 5000));
        Led.Show(LedRhythm.Off);
        Assert.True(SpinWait.SpinUntil(() => IsSteady(lit: false), 5000));
    }

    [Theory]
    [InlineData("fast")]
    [InlineData("slow")]
    [InlineData("double")]
    [InlineData("wink")]
    [InlineData("flash")]
    public void A_rhythm_blinks_by_itself_until_the_next_one(string word)
    {
        Led.Show(LedRhythm.All.Single(rhythm => rhythm.Word == word));
        Assert.True(SpinWait.SpinUntil(IsBlinking, 20_000), $"{word} does not blink");
        Led.Show(LedRhythm.Off);
        Assert.True(SpinWait.SpinUntil(() => IsSteady(lit: false), 5000));
    }

    [Fact]
    public void A_light_that_is_gone_says_so_and_works_when_it_is_back()
    {
        Led.Show(LedRhythm.Fast);
        TakeAway();
        Assert.Contains(Led.Name, Assert.ThrowsAny<IOException>(() => ShowUntilNoticed(LedRhythm.On)).Message, StringComparison.Ordinal);
    }

    protected abstract bool IsSteady(bool lit);

    protected abstract bool IsBlinking();

    protected abstract void TakeAway();

    public virtual void Dispose()
    {
        Led.Dispose();
        GC.SuppressFinalize(this);
    }

    private void ShowUntilNoticed(LedRhythm rhythm)
    {
        for (var round = 0; round < 100; round++)
        {
            Led.Show(rhythm);
            Thread.Sleep(20);
        }
    }
}

public sealed class SimulatedLedTests : LedContract
{
    private readonly SimulatedLed _led = new("appliance:status");

    protected override ILed Led => _led;

    protected override bool IsSteady(bool lit) => _led.Seen == (lit ? LedRhythm.On : LedRhythm.Off);

    protected override bool IsBlinking() => _led.Seen is { IsSteady: false };

    protected override void TakeAway() => _led.IsGone = true;
}

/// <summary>A GPIO line with the chip's twin behind it: a thread of ours blinks.</summary>
public sealed class GpioLedTests : LedContract
{
    private readonly SimulatedGpioChip _chip = new();
    private readonly GpioLed _led;

    public GpioLedTests() => _led = new GpioLed(_chip.Output(5, false), $"line 5 of {_chip.Name}");

    protected override ILed Led => _led;

    protected override bool IsSteady(bool lit) => _chip.Level(5) == lit;

    protected override bool IsBlinking()
    {
        var level = _chip.Level(5);
        return SpinWait.SpinUntil(() => _chip.Level(5) != level, 5000) && SpinWait.SpinUntil(() => _chip.Level(5) == level, 5000);
    }

    protected override void TakeAway() => _chip.Gone = true;

    [Fact]
    public void A_line_that_somebody_else_has_is_told_with_its_owner()
    {
        _chip.Occupy(3, "fan");
        Assert.Contains("fan", Assert.ThrowsAny<IOException>(() => _chip.Output(3, false)).Message, StringComparison.Ordinal);
    }
}
