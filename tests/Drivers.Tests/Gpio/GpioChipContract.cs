using Appliance.Drivers.Gpio;

namespace Appliance.Drivers.Tests.Gpio;

/// <summary>What every GPIO chip promises. Line <see cref="Out"/> is an output that the world can look at, line <see cref="In"/> an input
/// that the world drives.</summary>
public abstract class GpioChipContract
{
    protected abstract IGpioChip Chip { get; }

    protected virtual int Out => 0;

    protected virtual int In => 6;

    /// <summary>What is on the pin, high or low.</summary>
    protected abstract bool LevelOfOut { get; }

    protected abstract void Drive(bool level);

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    public void Output_has_its_value_from_the_start_and_follows(bool value, bool activeLow)
    {
        using var line = Chip.Output(Out, value, activeLow);
        Assert.Equal(value != activeLow, LevelOfOut);
        Assert.Equal(value, line.Value);
        line.Value = !value;
        Assert.Equal(value == activeLow, LevelOfOut);
        Assert.Equal(!value, line.Value);
    }

    [Fact]
    public void Looking_changes_nothing()
    {
        using (var line = Chip.Output(Out, true)) Assert.True(line.Value);
        var before = LevelOfOut;
        using (var look = Chip.Look(Out)) Assert.Equal(before, look.Value);
        using (var look = Chip.Look(Out, activeLow: true)) Assert.Equal(!before, look.Value);
        Assert.Equal(before, LevelOfOut);
    }

    [Fact]
    public void Line_belongs_to_one_until_it_is_disposed()
    {
        using (Chip.Output(Out, false))
            Assert.Contains("in use by \"appliance\"", Assert.Throws<GpioFault>(() => Chip.Output(Out, false)).Message,
                StringComparison.Ordinal);
        Chip.Output(Out, false).Dispose();
    }

    [Fact]
    public void Line_that_the_chip_has_not_is_refused()
    {
        var fault = Assert.Throws<GpioFault>(() => Chip.Output(Chip.Lines, false));
        Assert.Contains($"has no line {Chip.Lines}; expected 0 to {Chip.Lines - 1}", fault.Message, StringComparison.Ordinal);
        Assert.Throws<GpioFault>(() => Chip.Input(-1, GpioEdge.Both));
    }

    [Fact]
    public void Input_cannot_be_set()
    {
        using var line = Chip.Input(In, GpioEdge.None);
        Assert.Throws<GpioFault>(() => line.Value = true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Edges_arrive_in_order_and_turn_with_the_polarity(bool activeLow)
    {
        Drive(false);
        using var line = Chip.Input(In, GpioEdge.Both, activeLow);
        Assert.False(line.WaitEdge(TimeSpan.Zero, out _));
        Drive(true);
        Assert.True(line.WaitEdge(TimeSpan.FromSeconds(10), out var first));
        Drive(false);
        Assert.True(line.WaitEdge(TimeSpan.FromSeconds(10), out var second));
        Assert.Equal((!activeLow, activeLow), (first.IsRising, second.IsRising));
        Assert.True(second.At >= first.At);
        Assert.Equal(first.Sequence + 1, second.Sequence);
        Assert.False(line.WaitEdge(TimeSpan.FromMilliseconds(20), out _));
    }

    [Fact]
    public void Only_the_edges_asked_for_are_told()
    {
        Drive(false);
        using var line = Chip.Input(In, GpioEdge.Falling);
        Drive(true);
        Drive(false);
        Assert.True(line.WaitEdge(TimeSpan.FromSeconds(10), out var happened));
        Assert.False(happened.IsRising);
        Assert.False(line.WaitEdge(TimeSpan.FromMilliseconds(20), out _));
    }
}

public sealed class SimulatedGpioChipTests : GpioChipContract
{
    private readonly SimulatedGpioChip _chip = new();

    protected override IGpioChip Chip => _chip;

    protected override bool LevelOfOut => _chip.Level(Out);

    protected override void Drive(bool level) => _chip.Drive(In, level);

    [Fact]
    public void Chip_that_goes_kills_its_lines_and_can_be_used_again_when_it_is_back()
    {
        var (output, input) = (_chip.Output(0, true), _chip.Input(6, GpioEdge.Both));
        _chip.Gone = true;
        Assert.Contains("gone", Assert.Throws<GpioFault>(() => output.Value = false).Message, StringComparison.Ordinal);
        Assert.Throws<GpioFault>(() => input.WaitEdge(TimeSpan.FromSeconds(10), out _));
        _chip.Gone = false;
        Assert.Throws<GpioFault>(() => output.Value);
        output.Dispose();
        using var again = _chip.Output(0, false);
        Assert.False(_chip.Level(0));
    }

    [Fact]
    public void Waiting_ends_when_the_chip_goes()
    {
        using var line = _chip.Input(6, GpioEdge.Both);
        using var timer = new Timer(_ => _chip.Gone = true, null, 20, Timeout.Infinite);
        Assert.Throws<GpioFault>(() => line.WaitEdge(TimeSpan.FromMinutes(1), out _));
    }

    [Fact]
    public void Bouncing_is_seen_only_without_debounce()
    {
        using (var line = _chip.Input(6, GpioEdge.Both, debounce: TimeSpan.FromMilliseconds(10)))
        {
            _chip.Bounce(6);
            Assert.False(line.WaitEdge(TimeSpan.Zero, out _));
        }

        using var naked = _chip.Input(6, GpioEdge.Both);
        _chip.Bounce(6);
        Assert.True(naked.WaitEdge(TimeSpan.Zero, out _));
    }

    [Fact]
    public void Changes_that_nobody_fetches_leave_a_gap()
    {
        using var line = _chip.Input(6, GpioEdge.Both);
        for (var change = 0; change < 20; change++) Drive(change % 2 == 0);
        Assert.True(line.WaitEdge(TimeSpan.Zero, out var oldest));
        Assert.Equal(5u, oldest.Sequence);
    }

    [Fact]
    public void Stuck_pin_reads_back_as_it_is()
    {
        _chip.Stick(0, level: false);
        using var line = _chip.Output(0, true);
        Assert.False(line.Value);
    }

    [Fact]
    public void Forbidden_and_occupied_are_told_apart()
    {
        _chip.Occupy(3, "fan");
        Assert.Contains("in use by \"fan\"", Assert.Throws<GpioFault>(() => _chip.Output(3, true)).Message, StringComparison.Ordinal);
        _chip.Forbidden = true;
        Assert.Contains("permission denied", Assert.Throws<GpioFault>(() => _chip.Output(0, true)).Message, StringComparison.Ordinal);
    }
}

public sealed class LinuxGpioChipTests
{
    [Fact]
    public void Chip_that_is_not_there_says_what_to_do()
    {
        Assert.Equal(
            "/dev/gpiochip77 does not exist: is the chip's driver loaded (gpiodetect lists chips)?",
            Assert.Throws<GpioFault>(() => GpioChip.Open("/dev/gpiochip77")).Message);
        Assert.StartsWith(
            "there is no GPIO chip with the name or label \"no such label\"",
            Assert.Throws<GpioFault>(() => GpioChip.Open("no such label")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_devices_are_refused() => Assert.StartsWith(
        "/dev/null is not a GPIO chip", Assert.Throws<GpioFault>(() => GpioChip.Open("/dev/null")).Message, StringComparison.Ordinal);
}
