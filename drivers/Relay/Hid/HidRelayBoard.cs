using System.Collections.Immutable;
using Appliance.Drivers.HidRaw;

namespace Appliance.Drivers.Relay.Hid;

/// <summary>Ucreatefun and QYF-UR0x boards on a CH551G: they are told, and say nothing.</summary>
internal sealed class HidRelayBoard(IHidRawBus bus, string port, ImmutableArray<int> channels) : HidBoard(bus, Family, port, channels)
{
    public static readonly HidFamily Family = new("hidrelay", 0x0519, 0x2018, "HIDRelay");

    public override bool ReadsBack => false;

    public override void Switch(bool on, RelayDeadline deadline)
    {
        foreach (var channel in Channels)
            Use(device =>
            {
                device.Write(HidReports.HidRelaySwitch(channel, on));
                return true;
            }, deadline);
    }

    public override bool[] Read(RelayDeadline deadline) => throw new RelayTrouble(RelayFault.Refused, $"{Place} cannot say where it is");
}
