using System.Net;
using Appliance.Core.Configuration;
using Appliance.Core.Lines;
using Appliance.Drivers.Gpio;
using Appliance.Drivers.HidRaw;
using Appliance.Drivers.Relay.Hid;
using Appliance.Drivers.Relay.Network;
using Appliance.Drivers.Relay.Serial;
using Appliance.Drivers.Usb;

namespace Appliance.Drivers.Relay;

/// <summary>Makes the driver of a configured relay. Nothing is opened and nothing is switched before it is first used.</summary>
public static class RelayFactory
{
    public static IFailoverRelay Open(RelayDeviceConfig device) => device switch
    {
        RelayDeviceConfig.Serial serial => Of(serial, TtyPorts.At(serial.Port, serial.Baud), () => TtyPorts.UsbIdOf(serial.Port)),
        RelayDeviceConfig.Rhino rhino => Of(rhino, baud => TtyPorts.At(rhino.Port, baud)),
        RelayDeviceConfig.Hid hid => Of(hid, new LinuxHidRawBus()),
        RelayDeviceConfig.Ft245r chip => Of(chip, new LinuxFtdiBus()),
        RelayDeviceConfig.Gpio gpio => Of(gpio, () => GpioChip.Open(gpio.Line.Chip)),
        RelayDeviceConfig.Berofos fos => Of(fos),
        _ => throw new Core.InvariantException($"nobody drives {device.Driver}"),
    };

    internal static IFailoverRelay Of(RelayDeviceConfig.Serial serial, OpenPort open, Func<string?> usbId)
    {
        var line = new RelayLine(RelayPlace.Of(serial), open);
        IRelayBoard board = serial.Family switch
        {
            SerialRelayFamily.Lcus => new LcusBoard(line, serial.Channels, usbId),
            SerialRelayFamily.Numato => new NumatoBoard(line, serial.Channels, serial.Relays),
            SerialRelayFamily.Tosr => new RlyBoard(line, serial.Channels, isTosr: true),
            SerialRelayFamily.Devantech => new RlyBoard(line, serial.Channels, isTosr: false),
            _ => new KmtronicBoard(line, serial.Channels, serial.Relays, usbId),
        };
        return Make(board, serial, readsBack: serial.Family != SerialRelayFamily.Lcus);
    }

    internal static IFailoverRelay Of(RelayDeviceConfig.Rhino rhino, Func<int, OpenPort> openAt) => rhino.Profile.Length > 0
        ? Make(new ProfileBoard(RelayPlace.Of(rhino), rhino.Profile, openAt), rhino, readsBack: false)
        : Make(new RhinoToolBoard(RelayPlace.Of(rhino), rhino.Port, rhino.Tool, rhino.Channel), rhino, readsBack: false);

    internal static IFailoverRelay Of(RelayDeviceConfig.Hid hid, IHidRawBus bus) => hid.Family switch
    {
        HidRelayFamily.UsbRelay => Make(new UsbRelayBoard(bus, hid.Port, hid.Channels, hid.Id), hid, readsBack: true),
        HidRelayFamily.HidRelay => Make(new HidRelayBoard(bus, hid.Port, hid.Channels), hid, readsBack: false),
        _ => Make(new LcusHidBoard(bus, hid.Port, hid.Channels), hid, readsBack: false),
    };

    internal static IFailoverRelay Of(RelayDeviceConfig.Ft245r chip, IFtdiBus bus) =>
        Make(new FtdiBoard(bus, RelayPlace.Of(chip), chip.UsbSerial, chip.UsbPath, chip.Channels), chip, readsBack: true);

    internal static IFailoverRelay Of(RelayDeviceConfig.Gpio gpio, Func<IGpioChip> open) =>
        Make(new GpioBoard(open, RelayPlace.Of(gpio), gpio.Line.Offset, gpio.ActiveLow), gpio, readsBack: true);

    internal static IFailoverRelay Of(RelayDeviceConfig.Berofos fos) => Make(
        new BerofosBoard(RelayPlace.Of(fos), new BerofosPlace(
            new IPEndPoint(IPAddress.Parse(fos.Address), fos.Port), fos.User, fos.PasswordFile, fos.Scenario)),
        fos, readsBack: true, shared: true);

    private static BoardRelay Make(IRelayBoard board, RelayDeviceConfig device, bool readsBack, bool shared = false) =>
        new(board, device.Deadline, new RelayTraits(readsBack, LinePosition.B, shared));
}
