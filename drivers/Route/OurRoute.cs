using System.Net;
using System.Runtime.InteropServices;
using Appliance.Drivers.Interop.Netlink;
using KernelRoute = Appliance.Drivers.Interop.Netlink.Route;

namespace Appliance.Drivers.Route;

/// <summary>Routes of the agent's own, recognised by their rtm_protocol.</summary>
internal static class OurRoute
{
    /// <summary>Ours, for this interface and source.</summary>
    public static bool Is(KernelRoute route, int linkIndex, IPAddress source) =>
        route.Protocol == Rtnetlink.OurProtocol && route.OutInterface == linkIndex && source.Equals(route.PreferredSource);

    /// <summary>A direct route to a subnet.</summary>
    public static KernelRoute Direct(Subnet subnet, int linkIndex, IPAddress source)
    {
        var isIPv4 = source.GetAddressBytes().Length == 4;
        byte[] header =
        [
            (byte)(isIPv4 ? Rtnetlink.AfInet : Rtnetlink.AfInet6), (byte)subnet.PrefixLength, 0, 0, Rtnetlink.TableMain,
                Rtnetlink.OurProtocol,
            isIPv4 ? Rtnetlink.ScopeLink : Rtnetlink.ScopeUniverse, Rtnetlink.TypeUnicast, 0, 0, 0, 0,
        ];
        var attributes = new List<RouteAttribute>
        {
            new(Rtnetlink.RouteDestination, subnet.Network.GetAddressBytes()),
            Number(Rtnetlink.RouteOutInterface, (uint)linkIndex),
            new(Rtnetlink.RoutePreferredSource, source.GetAddressBytes()),
        };
        if (!isIPv4) attributes.Add(Number(Rtnetlink.RoutePriority, 255)); // Before the kernel's own, which has 256.
        return new KernelRoute(header, attributes);
    }

    /// <summary>
    /// The same route with our source, to be preferred to its model. IPv4 keeps the metric: prepending puts it in front.
    /// IPv6 would join equals into one multipath route, so there the metric is one less. Null when there is no lesser metric.
    /// </summary>
    public static KernelRoute? Copy(KernelRoute model, IPAddress source)
    {
        var header = (byte[])model.Header.Clone();
        header[5] = Rtnetlink.OurProtocol;
        MemoryMarshal.Write(
            header.AsSpan(8), MemoryMarshal.Read<uint>(model.Header.AsSpan(8)) & 0x4u); // Of the flags only RTNH_F_ONLINK is ours to set.
        var attributes = model.Attributes.Where(IsCopied).Append(new(Rtnetlink.RoutePreferredSource, source.GetAddressBytes())).ToList();
        var priority = model.Priority;
        if (model.Family == Rtnetlink.AfInet6)
        {
            if (priority <= 1) return null;
            attributes.RemoveAll(attribute => attribute.Type == Rtnetlink.RoutePriority);
            attributes.Add(Number(Rtnetlink.RoutePriority, priority - 1));
        }

        return new KernelRoute(header, attributes);
    }

    /// <summary>The same way to the same network with the same source.</summary>
    public static bool Same(KernelRoute one, KernelRoute other) =>
        one.PrefixLength == other.PrefixLength && one.Destination.Equals(other.Destination) && one.Priority == other.Priority
        && one.OutInterface == other.OutInterface && Equals(one.PreferredSource, other.PreferredSource)
        && (one.Find(Rtnetlink.RouteGateway) ?? []).AsSpan().SequenceEqual(other.Find(Rtnetlink.RouteGateway) ?? []);

    private static bool IsCopied(RouteAttribute attribute) => attribute.Type is Rtnetlink.RouteDestination or Rtnetlink.RouteOutInterface
        or Rtnetlink.RouteGateway or Rtnetlink.RoutePriority or Rtnetlink.RouteMetrics or Rtnetlink.RouteVia;

    private static RouteAttribute Number(ushort type, uint value) => new(type, BitConverter.GetBytes(value));
}
