using Appliance.Core.Configuration;

namespace Appliance.Drivers.Relay;

/// <summary>What a relay is called in messages: kind and place.</summary>
internal static class RelayPlace
{
    public static string Of(RelayDeviceConfig device) => device switch
    {
        RelayDeviceConfig.Rhino rhino => $"Rhino card at {rhino.Port}",
        RelayDeviceConfig.Serial serial => $"{Kind(serial.Family)} board at {serial.Port}",
        RelayDeviceConfig.Hid hid => $"{hid.Driver} board{(hid.Port.Length > 0 ? $" at {hid.Port}" : "")}",
        RelayDeviceConfig.Ft245r chip => $"FT245R{(chip.UsbPath.Length > 0 ? $" at {chip.UsbPath}"
            : chip.UsbSerial.Length > 0 ? $" with serial number {chip.UsbSerial}" : "")}",
        RelayDeviceConfig.Gpio gpio => $"relay on GPIO line {gpio.Line}",
        RelayDeviceConfig.Berofos fos => $"bero*fos at {fos.Address}",
        _ => device.Name,
    };

    private static string Kind(SerialRelayFamily family) => family switch
    {
        SerialRelayFamily.Lcus => "LCUS",
        SerialRelayFamily.Numato => "Numato",
        SerialRelayFamily.Tosr => "TOSR0x",
        SerialRelayFamily.Devantech => "Devantech",
        _ => "KMTronic",
    };
}
