using System.Diagnostics;
using Appliance.Drivers.Button;
using Appliance.Drivers.Gpio;

namespace Appliance.Drivers.Tests.Button;

/// <summary>What every button promises.</summary>
public abstract class ButtonContract : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(20);

    protected abstract IButton Button { get; }

    [Fact]
    public void Pressing_and_releasing_are_told_once_each()
    {
        Press();
        Assert.True(Button.WaitChange(Long, out var isDown));
        Assert.True(isDown);
        Assert.False(Button.WaitChange(TimeSpan.FromMilliseconds(100), out _));
        Release();
        Assert.True(Button.WaitChange(Long, out isDown));
        Assert.False(isDown);
        Assert.False(Button.WaitChange(TimeSpan.Zero, out _));
    }

    [Fact]
    public void Waiting_ends_when_nobody_pushes()
    {
        var clock = Stopwatch.StartNew();
        Assert.False(Button.WaitChange(TimeSpan.FromMilliseconds(50), out _));
        Assert.True(clock.Elapsed >= TimeSpan.FromMilliseconds(45));
    }

    [Fact]
    public void A_push_while_waiting_wakes()
    {
        using var push = new Timer(_ => Press(), null, 100, Timeout.Infinite);
        Assert.True(Button.WaitChange(Long, out var isDown));
        Assert.True(isDown);
    }

    [Fact]
    public void A_button_that_is_gone_says_so()
    {
        TakeAway();
        Assert.Contains("gone", Assert.ThrowsAny<IOException>(() => Button.WaitChange(Long, out _)).Message, StringComparison.Ordinal);
    }

    protected abstract void Press();

    protected abstract void Release();

    protected abstract void TakeAway();

    public void Dispose()
    {
        Button.Dispose();
        GC.SuppressFinalize(this);
    }
}

public sealed class SimulatedButtonTests : ButtonContract
{
    private readonly SimulatedButton _button = new();

    protected override IButton Button => _button;

    protected override void Press() => _button.Press();

    protected override void Release() => _button.Release();

    protected override void TakeAway() => _button.IsGone = true;
}

/// <summary>A GPIO line that is pulled up and pressed to ground, with contacts that chatter.</summary>
public sealed class GpioButtonTests : ButtonContract
{
    private readonly SimulatedGpioChip _chip = new();
    private readonly GpioButton _button;

    public GpioButtonTests()
    {
        _chip.Drive(6, true);
        _button = new GpioButton(_chip.Input(6, GpioEdge.Both, activeLow: true), TimeSpan.FromMilliseconds(20));
    }

    protected override IButton Button => _button;

    protected override void Press() => Chatter(false);

    protected override void Release() => Chatter(true);

    protected override void TakeAway() => _chip.Gone = true;

    [Fact]
    public void A_spike_is_no_push()
    {
        _chip.Bounce(6);
        Assert.False(_button.WaitChange(TimeSpan.FromMilliseconds(100), out _));
    }

    [Fact]
    public void A_line_that_sticks_is_one_push_for_ever()
    {
        Press();
        Assert.True(_button.WaitChange(TimeSpan.FromSeconds(20), out _));
        _chip.Stick(6, false);
        Release();
        Assert.False(_button.WaitChange(TimeSpan.FromMilliseconds(200), out _));
    }

    private void Chatter(bool level)
    {
        for (var round = 0; round < 4; round++)
        {
            _chip.Drive(6, level);
            _chip.Drive(6, !level);
        }

        _chip.Drive(6, level);
    }
}
