using Appliance.Drivers.HidRaw;

namespace Appliance.Vm.Relay;

/// <summary>A twin of a HID relay board behind the kernel's own hidraw.</summary>
internal sealed class UhidBoard(SimulatedHidDevice board)
    : UhidDevice(board.Info.Name, board.Info.Vendor, board.Info.Product, Descriptor)
{
    private readonly SimulatedHidDevice _board = board;

    /// <summary>Eight bytes each way and as a feature, without numbers.</summary>
    private static ReadOnlySpan<byte> Descriptor =>
    [
        0x06, 0x00, 0xFF, 0x09, 0x01, 0xA1, 0x01, 0x15, 0x00, 0x26, 0xFF, 0x00, 0x75, 0x08, 0x95, 0x08,
        0x09, 0x01, 0x81, 0x02, 0x09, 0x01, 0x91, 0x02, 0x09, 0x01, 0xB1, 0x02, 0xC0,
    ];

    protected override void OnOutput(ReadOnlySpan<byte> report)
    {
        lock (_board) _board.Output(report);
    }

    protected override int OnFeatureGet(byte number, Span<byte> report)
    {
        report[0] = number;
        lock (_board) return _board.FeatureGet(report[..9]);
    }
}

/// <summary>A CP2112: eight GPIO lines behind the kernel's hid-cp2112.</summary>
internal sealed class UhidGpio() : UhidDevice("CP2112 twin", 0x10C4, 0xEA90, Reports)
{
    private const byte Configuration = 0x02;
    private const byte GetLevels = 0x03;
    private const byte SetLevels = 0x04;
    private const byte Version = 0x05;
    private const byte Smbus = 0x06;
    private const byte UsbConfiguration = 0x21;
    private volatile byte _outputs;
    private volatile byte _outside;
    private volatile byte _driven;

    /// <summary>What a voltmeter shows.</summary>
    public bool Level(int line) => (Levels >> line & 1) == 1;

    /// <summary>The world outside pulls a pin.</summary>
    public void Drive(int line, bool level) => _outside = With(_outside, line, level);

    protected override void OnFeatureSet(ReadOnlySpan<byte> report)
    {
        if (report[0] == Configuration) _outputs = report[1];
        else if (report[0] == SetLevels) _driven = (byte)(_driven & ~report[2] | report[1] & report[2]);
    }

    protected override int OnFeatureGet(byte number, Span<byte> report)
    {
        report[0] = number;
        switch (number)
        {
            case Configuration: report[1] = _outputs; return 5;
            case GetLevels: report[1] = Levels; return 2;
            case Version: (report[1], report[2]) = (0x0C, 3); return 3;
            case Smbus: report[1] = 1; return 14;
            case UsbConfiguration: return 10;
            default: return 3;
        }
    }

    private byte Levels => (byte)(_outside & ~_outputs | _driven & _outputs);

    private static byte[] Reports =>
    [
        0x06, 0x00, 0xFF, 0x09, 0x01, 0xA1, 0x01,
        .. Feature(0x01, 1), .. Feature(0x02, 4), .. Feature(0x03, 1), .. Feature(0x04, 2), .. Feature(0x05, 2), .. Feature(0x06, 13),
        .. Feature(0x21, 9), 0x85, 0x10, 0x09, 0x10, 0x95, 0x3F, 0x91, 0x02, 0x85, 0x13, 0x09, 0x13, 0x95, 0x3F, 0x81, 0x02, 0xC0,
    ];

    private static byte[] Feature(byte number, byte count) =>
        [0x85, number, 0x09, number, 0x15, 0x00, 0x26, 0xFF, 0x00, 0x75, 0x08, 0x95, count, 0xB1, 0x02];

    private static byte With(byte levels, int line, bool level) => (byte)(level ? levels | 1 << line : levels & ~(1 << line));
}
