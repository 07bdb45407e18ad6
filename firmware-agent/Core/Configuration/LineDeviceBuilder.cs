using System.Collections.Immutable;
using Appliance.Core.Configuration.Schema;

namespace Appliance.Core.Configuration;

/// <summary>Makes the record of a <c>[device.NAME]</c> that was checked.</summary>
internal static class LineDeviceBuilder
{
    public static LineDeviceConfig Build(Section device, ImmutableArray<string> nodes)
    {
        if (device.Word == "fonebridge")
            return new LineDeviceConfig.FoneBridge(
                device.Name, device.Get<string>("address"), device.Get<string>("interface"), device.Get("config", ""))
            {
                Settings = BridgeText.Build(device),
                VoiceInterface = device.Get("voice-interface", device.Get<string>("interface")),
            };
        return Relay(device, nodes.IndexOf(device.Get<string>("node")), device.Get<TimeSpan>("dwell"), device.Get<TimeSpan>("deadline"));
    }

    private static RelayDeviceConfig Relay(Section device, int node, TimeSpan dwell, TimeSpan deadline) => device.Word switch
    {
        "rhino-1spf" => new RelayDeviceConfig.Rhino(
            device.Name, device.Get<string>("port"), device.Get<string>("tool"), device.Get<int>("channel"), device.Get("profile", ""))
            { Node = node, Dwell = dwell, Deadline = deadline },
        "lcus-hid" or "usbrelay" or "hidrelay" => new RelayDeviceConfig.Hid(
            device.Name, Hid(device.Word), device.Get("port", ""), Channels(device), device.Get("id", ""))
            { Node = node, Dwell = dwell, Deadline = deadline },
        "ft245r" => new RelayDeviceConfig.Ft245r(device.Name, device.Get("serial", ""), device.Get("path", ""), Channels(device))
            { Node = node, Dwell = dwell, Deadline = deadline },
        "gpio" => new RelayDeviceConfig.Gpio(device.Name, device.Get<GpioLineName>("line"), device.Get<bool>("active-low"))
            { Node = node, Dwell = dwell, Deadline = deadline },
        "berofos" => new RelayDeviceConfig.Berofos(
            device.Name, device.Get<string>("address"), device.Get<int>("port"), device.Get("user", ""), device.Get("password-file", ""),
            device.Get<int>("scenario")) { Node = node, Dwell = dwell, Deadline = deadline },
        _ => new RelayDeviceConfig.Serial(
            device.Name, Serial(device.Word), device.Get<string>("port"), Channels(device), device.Get("baud", 0), device.Get("relays", 0))
            { Node = node, Dwell = dwell, Deadline = deadline },
    };

    private static HidRelayFamily Hid(string word) => Enum.GetValues<HidRelayFamily>().First(
        family => RelayDeviceConfig.Hid.WordOf(family) == word);

    private static ImmutableArray<int> Channels(Section device) => device.Get<ImmutableArray<int>>("channel");

    private static SerialRelayFamily Serial(string word) => word switch
    {
        "lcus" => SerialRelayFamily.Lcus,
        "numato" => SerialRelayFamily.Numato,
        "tosr" => SerialRelayFamily.Tosr,
        "devantech" => SerialRelayFamily.Devantech,
        "kmtronic" => SerialRelayFamily.Kmtronic,
        _ => throw new InvariantException($"the schema accepts the driver \"{word}\" and nobody builds it"),
    };
}
