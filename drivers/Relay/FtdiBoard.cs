using System.Collections.Immutable;
using Appliance.Drivers.Usb;

namespace Appliance.Drivers.Relay;

/// <summary>Relays on the pins of an FT245R: a bit each, 1 is on.</summary>
internal sealed class FtdiBoard(IFtdiBus bus, string place, string serial, string path, ImmutableArray<int> channels) : IRelayBoard
{
    private IFtdiPins? _pins;

    public string Place => place;

    public bool ReadsBack => true;

    public bool IsOpen => _pins is not null;

    public void Open(RelayDeadline deadline) => Use(() =>
    {
        _pins = bus.Open(serial, path);
        // Before the mode is set the pins are inputs that read as ones: what they are is only known afterwards.
        _pins.Begin(deadline.Part(4));
        return true;
    }, deadline);

    public void Switch(bool on, RelayDeadline deadline) => Use(() =>
    {
        var pins = _pins!.Read(deadline.Part(4));
        foreach (var channel in channels) pins = (byte)(on ? pins | 1 << (channel - 1) : pins & ~(1 << (channel - 1)));
        _pins.Write(pins, deadline.Part(4));
        return true;
    }, deadline);

    public bool[] Read(RelayDeadline deadline) => Use(() =>
    {
        var pins = _pins!.Read(deadline.Part(4));
        return channels.Select(channel => (pins >> (channel - 1) & 1) == 1).ToArray();
    }, deadline);

    public void Touch(RelayDeadline deadline) => _ = Read(deadline);

    public void Reset(RelayDeadline deadline)
    {
    }

    public void Close()
    {
        _pins?.Dispose();
        _pins = null;
    }

    public void Dispose() => Close();

    private T Use<T>(Func<T> work, RelayDeadline deadline)
    {
        deadline.Check(place);
        try
        {
            return work();
        }
        catch (UsbFault fault)
        {
            throw new RelayTrouble(fault.Kind switch
            {
                UsbFaultKind.Missing => RelayFault.Missing,
                UsbFaultKind.Several => RelayFault.Misconfigured,
                UsbFaultKind.Forbidden => RelayFault.Forbidden,
                UsbFaultKind.Busy => RelayFault.Busy,
                UsbFaultKind.Vanished => RelayFault.Vanished,
                UsbFaultKind.Silent => RelayFault.Silent,
                _ => RelayFault.Refused,
            }, $"{place}: {fault.Message}");
        }
    }
}
