using System.Text;
using Appliance.Drivers.HidRaw;

namespace Appliance.Drivers.Relay.Simulated;

/// <summary>The twin of a dcttech USBRelay.</summary>
public sealed class SimulatedUsbRelay(string path = "/dev/hidraw7", int relays = 2, string id = "BITFT") : SimulatedHidDevice
{
    public SimulatedContacts Contacts { get; } = new(relays);

    /// <summary>Its feature report is nonsense.</summary>
    public bool Garbage { get; set; }

    public override HidRawInfo Info { get; } = new(path, 0x16c0, 0x05df, $"www.dcttech.com USBRelay{relays}");

    public override void Output(ReadOnlySpan<byte> report)
    {
        if (report.Length != 9 || report[0] != 0) return;
        switch (report[1])
        {
            case 0xFF or 0xFD when report[2] >= 1 && report[2] <= Contacts.Count: Contacts[report[2] - 1] = report[1] == 0xFF; break;
            case 0xFE: Contacts.Mask = ulong.MaxValue; break;
            case 0xFC: Contacts.Mask = 0; break;
            default: break;
        }
    }

    public override int FeatureGet(Span<byte> report)
    {
        if (report.Length < 9 || report[0] != 1) return 0;
        report.Clear();
        Encoding.ASCII.GetBytes(id).CopyTo(report);
        report[7] = (byte)Contacts.Mask;
        if (Garbage) report.Fill(0x07);
        return 8;
    }
}

/// <summary>The twin of a Ucreatefun HIDRelay.</summary>
public sealed class SimulatedHidRelay(string path = "/dev/hidraw7", int relays = 4) : SimulatedHidDevice
{
    public SimulatedContacts Contacts { get; } = new(relays);

    public override HidRawInfo Info { get; } = new(path, 0x0519, 0x2018, "Ucreatefun.com HIDRelay");

    public override void Output(ReadOnlySpan<byte> report)
    {
        if (report.Length != 2 || report[0] != 0) return;
        var (number, on) = (report[1] & 0x0F, report[1] >= 0xF0);
        if (number == 9) Contacts.Mask = on ? ulong.MaxValue : 0;
        else if (number >= 1 && number <= Contacts.Count) Contacts[number - 1] = on;
    }
}

/// <summary>The twin of an LCUS board that is a human interface device.</summary>
public sealed class SimulatedLcusHid(string path = "/dev/hidraw7", int relays = 2, LcusAnswer way = LcusAnswer.Text)
    : SimulatedHidDevice
{
    private const int ReportBytes = 8;
    private readonly SimulatedLcus _board = new(relays, way);

    public SimulatedContacts Contacts => _board.Contacts;

    public override HidRawInfo Info { get; } = new(path, 0x5131, 0x2007, "5131 2007");

    public override void Output(ReadOnlySpan<byte> report)
    {
        foreach (var value in report[1..])
            foreach (var piece in _board.Hear(value).Chunk(ReportBytes)) Input.Enqueue([.. piece, .. new byte[ReportBytes - piece.Length]]);
    }
}
