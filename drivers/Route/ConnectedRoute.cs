using System.Net;
using System.Net.Sockets;
using Appliance.Drivers.Interop;
using Appliance.Drivers.Interop.Netlink;
using KernelRoute = Appliance.Drivers.Interop.Netlink.Route;

namespace Appliance.Drivers.Route;

/// <summary>The way to the subnet of a service address: the service address itself is a host entry and brings none.</summary>
internal sealed class ConnectedRoute(int linkIndex, IPAddress address, int prefixLength)
{
    private readonly Subnet _subnet = Subnet.Of(address, prefixLength);

    private int Family => address.AddressFamily == AddressFamily.InterNetwork ? Rtnetlink.AfInet : Rtnetlink.AfInet6;

    private bool IsHostOnly => prefixLength == address.GetAddressBytes().Length * 8;

    /// <summary>Adds a direct route unless the interface has one (the node's own address brought it).</summary>
    public NetlinkResult EnsureSome()
    {
        if (IsHostOnly || Direct().Any()) return default;
        var result = OurRoute.Direct(_subnet, linkIndex, address).Prepend();
        return result.Errno == Errno.EEXIST ? default : result;
    }

    /// <summary>Removes ours, if there is one.</summary>
    public void Remove()
    {
        foreach (var route in Direct().Where(route => OurRoute.Is(route, linkIndex, address))) _ = route.Delete();
    }

    private IEnumerable<KernelRoute> Direct() => KernelRoute.Main(Family).Where(route =>
        route.OutInterface == linkIndex && !route.HasGateway && route.PrefixLength == prefixLength
            && route.Destination.Equals(_subnet.Network));
}
