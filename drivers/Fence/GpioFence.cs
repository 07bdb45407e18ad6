using Appliance.Drivers.Gpio;

namespace Appliance.Drivers.Fence;

/// <summary>
/// A GPIO line that cuts the other node's power while it is active, by a relay or a transistor. The line is driven from the first order
/// until the device is disposed: it must be kept open while the node is to stay off.
/// </summary>
/// <param name="line">Opens the chip, and the number of the line.</param>
/// <param name="activeLow">The low level cuts the power.</param>
/// <param name="sense">A line that is active while the node has power; null: the driven line is read back instead.</param>
public sealed class GpioFence((Func<IGpioChip> Chip, int Offset) line, bool activeLow, (Func<IGpioChip> Chip, int Offset)? sense)
    : IFenceDevice
{
    private IGpioChip? _chip;
    private IGpioLine? _driven;

    public FenceAnswer Off(CancellationToken abandon) => Drive(true);

    public FenceAnswer On(CancellationToken abandon) => Drive(false);

    public FenceAnswer Status(CancellationToken abandon)
    {
        try
        {
            if (sense is { } felt) return Answer(Seen(felt.Chip, felt.Offset, false) ? FencePower.On : FencePower.Off, "sense line");
            var cut = _driven?.Value ?? Seen(line.Chip, line.Offset, activeLow);
            return Answer(cut ? FencePower.Off : FencePower.On, "driven line");
        }
        catch (IOException fault)
        {
            return Answer(FencePower.Unknown, fault.Message);
        }
    }

    public void Dispose()
    {
        _driven?.Dispose();
        _chip?.Dispose();
        (_driven, _chip) = (null, null);
    }

    private static bool Seen(Func<IGpioChip> open, int offset, bool low)
    {
        using var chip = open();
        using var seen = chip.Look(offset, low);
        return seen.Value;
    }

    private static FenceAnswer Answer(FencePower power, string words) => new(power, words);

    private FenceAnswer Drive(bool cut)
    {
        try
        {
            _chip ??= line.Chip();
            if (_driven is null) _driven = _chip.Output(line.Offset, cut, activeLow);
            else _driven.Value = cut;
            return Answer(FencePower.Unknown, $"{_chip.Name}:{line.Offset} is {(cut ? "active" : "inactive")}");
        }
        catch (IOException fault)
        {
            Dispose();
            return Answer(FencePower.Unknown, fault.Message);
        }
    }
}
