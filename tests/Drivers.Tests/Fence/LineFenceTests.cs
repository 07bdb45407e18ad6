using Appliance.Core.Lines;
using Appliance.Drivers.Fence;
using Appliance.Drivers.Gpio;
using Appliance.Drivers.Relay;

namespace Appliance.Drivers.Tests.Fence;

/// <summary>A line that cuts power, on the GPIO twin.</summary>
public sealed class GpioFenceTests
{
    private readonly SimulatedGpioChip _chip = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Active_is_off(bool activeLow)
    {
        using var device = new GpioFence((() => _chip, 2), activeLow, null);
        Assert.Equal(FencePower.Off, SwitchOff(device).Power);
        Assert.Equal(!activeLow, _chip.Level(2));
        device.On(default);
        Assert.Equal((FencePower.On, activeLow), (device.Status(default).Power, _chip.Level(2)));
    }

    [Fact]
    public void A_line_that_sticks_confirms_nothing()
    {
        _chip.Stick(2, false);
        using var device = new GpioFence((() => _chip, 2), false, null);
        Assert.NotEqual(FencePower.Off, SwitchOff(device, 1).Power);
    }

    [Fact]
    public void With_a_sense_line_only_that_one_counts()
    {
        _chip.Drive(5, true); // The node's supply.
        using var device = new GpioFence((() => _chip, 2), false, (() => _chip, 5));
        Assert.Equal(FencePower.On, SwitchOff(device, 1).Power); // The relay's contacts are welded.
        _chip.Drive(5, false);
        Assert.Equal(FencePower.Off, device.Status(default).Power);
    }

    [Fact]
    public void A_chip_that_is_gone_or_a_line_that_is_taken_says_so()
    {
        _chip.Occupy(2, "relay keeper");
        using (var device = new GpioFence((() => _chip, 2), false, null))
            Assert.Contains("relay keeper", device.Off(default).Words, StringComparison.Ordinal);
        _chip.Gone = true;
        using var gone = new GpioFence((() => _chip, 3), false, null);
        Assert.Equal(FencePower.Unknown, SwitchOff(gone, 1).Power);
    }

    internal static FenceAnswer SwitchOff(IFenceDevice device, int seconds = 30)
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        return FenceConfirmation.SwitchOff(device, bound.Token);
    }
}

/// <summary>A relay as a power switch: only what its hardware says counts.</summary>
public sealed class RelayFenceTests
{
    [Theory]
    [InlineData(LinePosition.A)]
    [InlineData(LinePosition.B)]
    public void Off_is_a_position_that_is_read_back(LinePosition off)
    {
        using var device = new RelayFence(new Relay(true), off);
        Assert.Equal(FencePower.Off, GpioFenceTests.SwitchOff(device).Power);
        device.On(default);
        Assert.Equal(FencePower.On, device.Status(default).Power);
    }

    [Fact]
    public void A_relay_that_cannot_be_read_back_confirms_nothing()
    {
        using var device = new RelayFence(new Relay(false), LinePosition.A);
        var answer = GpioFenceTests.SwitchOff(device, 1);
        Assert.Equal(FencePower.Unknown, answer.Power);
        Assert.Contains("cannot say", answer.Words, StringComparison.Ordinal);
    }

    private sealed class Relay(bool readsBack) : IFailoverRelay
    {
        private LinePosition _position = LinePosition.B;

        public RelayTraits Traits => new(readsBack, LinePosition.B, false);

        public RelayAnswer Set(LinePosition position, CancellationToken abandon)
        {
            _position = position;
            return Read(abandon);
        }

        public RelayAnswer Read(CancellationToken abandon) =>
            readsBack ? RelayAnswer.Seen(_position, "seen") : RelayAnswer.Told(_position, "told");

        public RelayAnswer Reset(CancellationToken abandon) => Read(abandon);

        public void Dispose()
        {
        }
    }
}
