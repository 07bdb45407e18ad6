using Appliance.Core;
using Appliance.Core.Configuration;
using Appliance.Drivers.SerialPort;
using Appliance.Drivers.UdpPort;

namespace Appliance.Agent.Heartbeat;

/// <summary>Opens a path again and again until it can be opened; null with the reason when it cannot.</summary>
internal delegate Medium? OpenMedium(out string problem);

/// <summary>From the words of the configuration to opened paths.</summary>
internal static class MediumOpener
{
    /// <summary>How to open each link of a node, by number.</summary>
    public static OpenMedium[] Links(ApplianceConfig config, int node) =>
        [.. config.Links.Select(link => Of(link, node, Limits.FrameBytesMax))];

    /// <summary>How to open the path to the witness; null when there is none.</summary>
    public static OpenMedium? Witness(ApplianceConfig config) =>
        config.Witness is { } witness
            ? Datagram(new UdpRoute.Unicast(null, null, witness.Address, witness.Port), Limits.FrameBytesMax) : null;

    /// <summary>How to open a link of a node that carries frames of at most this many bytes.</summary>
    public static OpenMedium Of(LinkConfig link, int node, int bytesMax) => link switch
    {
        LinkConfig.Unicast unicast => Datagram(
            new UdpRoute.Unicast(unicast.Interface, unicast.Addresses[node], unicast.Addresses[1 - node], unicast.Port), bytesMax),
        LinkConfig.Multicast multicast =>
            Datagram(new UdpRoute.Multicast(multicast.Interface, multicast.Group, multicast.Port), bytesMax),
        LinkConfig.Broadcast broadcast => Datagram(new UdpRoute.Broadcast(broadcast.Interface, broadcast.Port), bytesMax),
        LinkConfig.Serial serial => Serial(serial),
        _ => throw new InvariantException($"link {link} has no medium"),
    };

    private static OpenMedium Datagram(UdpRoute route, int bytesMax) => (out string problem) =>
        LinuxUdpPort.TryOpen(route, out problem) is { } port ? new DatagramMedium(port, bytesMax) : null;

    private static OpenMedium Serial(LinkConfig.Serial link) => (out string problem) =>
        LinuxSerialPort.TryOpen(link.Device, link.Baud, out problem) is { } port ? new SerialMedium(port, link.Baud) : null;
}
