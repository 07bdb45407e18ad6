using Appliance.Drivers.Gpio;
using Appliance.Drivers.Interop;

namespace Appliance.Drivers.Relay;

/// <summary>A relay whose coil follows a GPIO line. What is read back is the line, not the contacts.</summary>
/// <param name="open">Opens the chip.</param>
internal sealed class GpioBoard(Func<IGpioChip> open, string place, int offset, bool activeLow) : IRelayBoard
{
    private IGpioChip? _chip;
    private IGpioLine? _line;

    public string Place => place;

    public bool ReadsBack => true;

    public bool IsOpen => _chip is not null;

    public void Open(RelayDeadline deadline) => Use(() =>
    {
        _chip = open();
        if (offset >= _chip.Lines)
            throw new RelayTrouble(RelayFault.Misconfigured,
                $"{place}: {_chip.Name} has no line {offset}; expected 0 to {_chip.Lines - 1}");
        return true;
    });

    public void Switch(bool on, RelayDeadline deadline) => Use(() =>
    {
        if (_line is null) _line = _chip!.Output(offset, on, activeLow);
        else _line.Value = on;
        return true;
    });

    public bool[] Read(RelayDeadline deadline) => Use(() =>
    {
        if (_line is not null) return new[] { _line.Value };
        using var look = _chip!.Look(offset, activeLow);
        return [look.Value];
    });

    public void Touch(RelayDeadline deadline) => _ = Read(deadline);

    public void Reset(RelayDeadline deadline)
    {
    }

    public void Close()
    {
        _line?.Dispose();
        _chip?.Dispose();
        (_line, _chip) = (null, null);
    }

    public void Dispose() => Close();

    private T Use<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (GpioFault fault)
        {
            throw new RelayTrouble(fault.Error switch
            {
                Errno.ENODEV or Errno.EIO => RelayFault.Vanished,
                Errno.ENOENT => RelayFault.Missing,
                Errno.EBUSY => RelayFault.Busy,
                Errno.EACCES or Errno.EPERM => RelayFault.Forbidden,
                Errno.EINVAL => RelayFault.Misconfigured,
                _ => RelayFault.Refused,
            }, $"{place}: {fault.Message}");
        }
    }
}
