using System.Collections.Immutable;
using Appliance.Drivers.HidRaw;

namespace Appliance.Drivers.Relay.Hid;

/// <summary>dcttech USBRelay1/2/4/8. The USB numbers are shared with thousands of hobby devices: the product's name decides.</summary>
/// <param name="id">The board's own five characters; empty: any.</param>
internal sealed class UsbRelayBoard(IHidRawBus bus, string port, ImmutableArray<int> channels, string id)
    : HidBoard(bus, Family, port, channels)
{
    public static readonly HidFamily Family = new("usbrelay", 0x16c0, 0x05df, "USBRelay");

    public override bool ReadsBack => true;

    public override void Switch(bool on, RelayDeadline deadline)
    {
        foreach (var channel in Channels)
            Use(device =>
            {
                device.Write(HidReports.UsbRelaySwitch(channel, on));
                return true;
            }, deadline);
    }

    public override bool[] Read(RelayDeadline deadline)
    {
        var report = Use(Report, deadline);
        if (HidReports.UsbRelayId(report) is null)
            throw new RelayTrouble(RelayFault.Garbage,
                $"{Place}: found the report {Shown.Of(report)}; expected five printable characters and the relays");
        return [.. Channels.Select(channel => HidReports.UsbRelayIsOn(report, channel))];
    }

    protected override bool IsMeant(IHidRawDevice device, RelayDeadline deadline) =>
        id.Length == 0 || HidReports.UsbRelayId(Use(device, Report, deadline)) == id;

    protected override void Identify(RelayDeadline deadline)
    {
        var (name, report) = Use(device => (device.Info.Name, Report(device)), deadline);
        var found = HidReports.UsbRelayId(report);
        if (id.Length > 0 && found != id)
            throw new RelayTrouble(RelayFault.WrongDevice,
                $"{Place}: found the board \"{found}\"; expected \"{id}\". Nothing was switched");
        // "USBRelay2" has two.
        if (char.IsAsciiDigit(name[^1]) && name[^1] - '0' < Channels[^1])
            throw new RelayTrouble(RelayFault.Misconfigured,
                $"{Place}: a {name} has {name[^1]} relays; channel = {Channels[^1]} is configured");
    }

    private static byte[] Report(IHidRawDevice device)
    {
        var report = HidReports.UsbRelayAsk();
        var count = device.GetFeature(report);
        return report[..Math.Clamp(count, 0, report.Length)];
    }
}
