using System.Collections.Immutable;
using System.Globalization;

namespace Appliance.Core.Configuration;

/// <summary>The part of <see cref="ConfigText"/> that writes a line device.</summary>
internal static class LineDeviceText
{
    public static void Write(TomlText text, LineDeviceConfig device, ImmutableArray<string> nodes)
    {
        text.Title($"[device.{TomlText.Key(device.Name)}]").Line("driver", device.Driver);
        if (device is RelayDeviceConfig relay) text.Line("node", nodes[relay.Node]);
        switch (device)
        {
            case LineDeviceConfig.FoneBridge bridge:
                text.Line("address", bridge.Address).Line("interface", bridge.Interface);
                if (bridge.VoiceInterface != bridge.Interface) text.Line("voice-interface", bridge.VoiceInterface);
                if (bridge.Settings is { } settings) BridgeText.Write(text, bridge.Name, settings);
                else text.Line("config", bridge.Config);
                break;
            case RelayDeviceConfig.Rhino rhino:
                text.Line("port", rhino.Port);
                _ = rhino.Profile.Length > 0 ? text.Line("profile", rhino.Profile)
                    : text.Line("tool", rhino.Tool).Line("channel", rhino.Channel);
                break;
            case RelayDeviceConfig.Serial serial:
                text.Line("port", serial.Port).Raw("channel", Channels(serial.Channels));
                if (serial.Baud > 0) text.Line("baud", serial.Baud);
                if (serial.Relays > 0) text.Line("relays", serial.Relays);
                break;
            case RelayDeviceConfig.Hid hid:
                Given(Given(text, "port", hid.Port).Raw("channel", Channels(hid.Channels)), "id", hid.Id);
                break;
            case RelayDeviceConfig.Ft245r chip:
                Given(Given(text, "serial", chip.UsbSerial), "path", chip.UsbPath).Raw("channel", Channels(chip.Channels));
                break;
            case RelayDeviceConfig.Gpio gpio:
                text.Line("line", gpio.Line.ToString()).Line("active-low", gpio.ActiveLow);
                break;
            case RelayDeviceConfig.Berofos berofos:
                Given(Given(text.Line("address", berofos.Address).Line("port", berofos.Port), "user", berofos.User),
                    "password-file", berofos.PasswordFile).Line("scenario", berofos.Scenario);
                break;
            default:
                throw new InvariantException($"nobody writes {device}");
        }

        if (device is RelayDeviceConfig timed) text.Line("dwell", timed.Dwell).Line("deadline", timed.Deadline);
    }

    /// <summary>Two that are written the same are the same.</summary>
    public static bool Same(LineDeviceConfig left, LineDeviceConfig right, ImmutableArray<string> nodes) =>
        Alone(left, nodes) == Alone(right, nodes);

    private static string Alone(LineDeviceConfig device, ImmutableArray<string> nodes)
    {
        var text = new TomlText();
        Write(text, device, nodes);
        return text.ToString();
    }

    private static TomlText Given(TomlText text, string key, string value) => value.Length > 0 ? text.Line(key, value) : text;

    private static string Channels(ImmutableArray<int> channels) => channels.Length == 1
        ? channels[0].ToString(CultureInfo.InvariantCulture)
        : $"[{string.Join(", ", channels.Select(channel => channel.ToString(CultureInfo.InvariantCulture)))}]";
}
