using System.Text;
using Appliance.Drivers.Gpio;
using Appliance.Drivers.I2c;

namespace Appliance.Drivers.Display;

/// <summary>
/// The twin: a controller at the level of its strobes, and the glass that a person reads. It comes up in eight-bit mode and shows nothing
/// until it is set up right. Faults it models: power lost, contrast or supply missing (dark), a driver that sends before the set-up.
/// </summary>
public sealed class SimulatedHd44780(int columns, int rows)
{
    private const int MemorySize = 0x68;
    private readonly byte[] _memory = new byte[MemorySize];
    private int _eightBitCalls;
    private bool _isFourBit;
    private bool _isOn;
    private int _address;
    private int? _upper;

    public bool HasBacklight { get; private set; }

    /// <summary>Instructions that came before the set-up was complete: a driver's fault.</summary>
    public int Misunderstood { get; private set; }

    /// <summary>What a person reads; blanks while the display is dark.</summary>
    public IReadOnlyList<string> Glass => [.. Selection.Range(0, rows).Select(row =>
        _isOn ? Encoding.ASCII.GetString(_memory, Start(row), columns).Replace('\0', ' ') : new string(' ', columns))];

    /// <summary>Everything is forgotten.</summary>
    public void LosePower()
    {
        Array.Clear(_memory);
        (_eightBitCalls, _isFourBit, _isOn, _address, _upper) = (0, false, false, 0, null);
    }

    /// <summary>The strobe falls: the controller takes what is on D4 to D7.</summary>
    public void Strobe(bool isText, int nibble)
    {
        if (!_isFourBit) SetUp(isText, nibble);
        else if (_upper is { } upper)
        {
            _upper = null;
            Take(isText, upper << 4 | nibble);
        }
        else _upper = nibble;
    }

    /// <summary>The same display behind a PCF8574.</summary>
    public ISimulatedI2cDevice Backpack() => new Expander(this);

    /// <summary>The same display on six pins: register select, strobe, D4 to D7.</summary>
    public (IGpioLine Rs, IGpioLine Enable, IReadOnlyList<IGpioLine> Data) Pins()
    {
        var (rs, data) = (new Pin(null), new Pin[] { new(null), new(null), new(null), new(null) });
        return (rs, new Pin(() => Strobe(rs.Value, data.Select((pin, bit) => pin.Value ? 1 << bit : 0).Sum())), data);
    }

    private int Start(int row) => (row & 1) * 0x40 + (row >> 1) * columns;

    /// <summary>While it is in eight-bit mode the lower four pins float: only the function set is understood.</summary>
    private void SetUp(bool isText, int nibble)
    {
        if (!isText && nibble == 3) _eightBitCalls++;
        else if (!isText && nibble == 2 && _eightBitCalls >= 3) _isFourBit = true;
        else Misunderstood++;
    }

    private void Take(bool isText, int value)
    {
        if (isText)
        {
            if (_address < MemorySize) _memory[_address] = (byte)value;
            _address = _address switch { 0x27 => 0x40, 0x67 => 0, _ => _address + 1 };
        }
        else if (value >= Hd44780Code.SetAddress) _address = value & 0x7F;
        else if (value is >= 0x30 and < 0x40) Again();
        else if (value is >= 0x08 and < 0x10) _isOn = (value & 0x04) != 0;
        else if (value == Hd44780Code.Clear)
        {
            _memory.AsSpan().Fill((byte)' ');
            _address = 0;
        }
    }

    /// <summary>"Eight bits" in four-bit mode: it waits for half bytes again, and one "four bits" is enough now that it is up.</summary>
    private void Again() => (_isFourBit, _eightBitCalls) = (false, 3);

    private sealed class Expander(SimulatedHd44780 display) : ISimulatedI2cDevice
    {
        private byte _pins;

        public void Receive(ReadOnlySpan<byte> bytes)
        {
            foreach (var pins in bytes)
            {
                var falls = (_pins & 0x04) != 0 && (pins & 0x04) == 0;
                var writes = (pins & 0x02) == 0;
                if (falls && writes) display.Strobe((pins & 0x01) != 0, pins >> 4);
                display.HasBacklight = (pins & 0x08) != 0;
                _pins = pins;
            }
        }
    }

    private sealed class Pin(Action? falls) : IGpioLine
    {
        public bool Value
        {
            get;
            set
            {
                var fell = field && !value;
                field = value;
                if (fell) falls?.Invoke();
            }
        }

        public bool WaitEdge(TimeSpan timeout, out GpioEvent happened)
        {
            happened = default;
            return false;
        }

        public void Dispose()
        {
        }
    }
}
