namespace Appliance.Drivers.Usb;

/// <summary>The twin of one FT245R. Faults it models: unplugged, forbidden, taken, hanging, pins that stick.</summary>
public sealed class SimulatedFtdiBus(string ownSerial = "A50285BI", string ownPath = "1-1.4") : IFtdiBus
{
    private byte _pins;
    private bool _isBitBang;

    /// <summary>What is wrong, if anything; null: nothing.</summary>
    public UsbFaultKind? Fault { get; set; }

    /// <summary>Pins that do not follow.</summary>
    public byte Stuck { get; set; }

    /// <summary>Told when a pin has moved.</summary>
    public Action<byte>? Moved { get; set; }

    /// <summary>What a voltmeter shows; without the mode all float.</summary>
    public byte Pins => _isBitBang ? _pins : (byte)0;

    /// <summary>A chip that was away has forgotten everything.</summary>
    public void Unplug()
    {
        Fault = UsbFaultKind.Vanished;
        (_pins, _isBitBang) = (0, false);
        Plugs++;
        Moved?.Invoke(Pins);
    }

    public void Plug() => Fault = null;

    private int Plugs { get; set; }

    public IFtdiPins Open(string serial, string path)
    {
        if (Fault is UsbFaultKind.Vanished) throw new UsbFault(UsbFaultKind.Missing, "no FT245R is plugged in");
        Check();
        if ((serial.Length > 0 && serial != ownSerial) || (path.Length > 0 && path != ownPath))
            throw new UsbFault(UsbFaultKind.Missing, $"no such FT245R is plugged in; found FT245R USB FIFO {ownSerial} at {ownPath}");
        return new Opened(this, Plugs);
    }

    private void Check()
    {
        if (Fault is { } kind) throw new UsbFault(kind, $"FT245R USB FIFO {ownSerial} at {ownPath}: {kind}");
    }

    private sealed class Opened(SimulatedFtdiBus bus, int plugs) : IFtdiPins
    {
        public void Begin(TimeSpan timeout)
        {
            Check();
            bus._isBitBang = true;
        }

        public void Write(byte pins, TimeSpan timeout)
        {
            Check();
            var moved = (byte)(bus._pins & bus.Stuck | pins & ~bus.Stuck);
            if (!bus._isBitBang || moved == bus._pins) return;
            bus._pins = moved;
            bus.Moved?.Invoke(moved);
        }

        public byte Read(TimeSpan timeout)
        {
            Check();
            // Without the mode the pins are inputs with pull-ups.
            return bus._isBitBang ? bus._pins : (byte)0xFF;
        }

        public void Dispose()
        {
        }

        private void Check()
        {
            if (plugs != bus.Plugs) throw new UsbFault(UsbFaultKind.Vanished, "No such device (it may have been disconnected)");
            bus.Check();
        }
    }
}
