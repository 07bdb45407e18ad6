using System.Net;
using System.Runtime.InteropServices;

namespace Appliance.Drivers.Interop.Netlink;

/// <summary>One attribute of a route, as the kernel gave it.</summary>
public readonly record struct RouteAttribute(ushort Type, byte[] Value);

/// <summary>One entry of a routing table, kept as the kernel's own bytes so that a copy loses nothing.</summary>
/// <param name="Header">rtmsg: family, destination length, source length, tos, table, protocol, scope, type, flags. 12 bytes.</param>
public sealed record Route(byte[] Header, IReadOnlyList<RouteAttribute> Attributes)
{
    public int Family => Header[0];

    public int PrefixLength => Header[1];

    public byte Protocol => Header[5];

    public byte Type => Header[7];

    public uint Table => Number(Rtnetlink.RouteTable, Header[4]);

    public uint Priority => Number(Rtnetlink.RoutePriority, 0);

    public int OutInterface => (int)Number(Rtnetlink.RouteOutInterface, 0);

    public bool HasGateway => Find(Rtnetlink.RouteGateway) is not null || Find(Rtnetlink.RouteVia) is not null;

    /// <summary>The destination network; the unspecified address for the default route.</summary>
    public IPAddress Destination => Find(Rtnetlink.RouteDestination) is { } bytes
        ? new IPAddress(bytes)
        : Family == Rtnetlink.AfInet ? IPAddress.Any : IPAddress.IPv6Any;

    /// <summary>The source that packets of this route get, if the route says.</summary>
    public IPAddress? PreferredSource => Find(Rtnetlink.RoutePreferredSource) is { } bytes ? new IPAddress(bytes) : null;

    /// <summary>All unicast routes of the main table of one family (<see cref="Rtnetlink.AfInet"/>, <see
    /// cref="Rtnetlink.AfInet6"/>).</summary>
    public static IReadOnlyList<Route> Main(int family)
    {
        var routes = new List<Route>();
        var header = new byte[12];
        header[0] = (byte)family;
        using var socket = new NetlinkSocket();
        var result = socket.Exchange(
            new NetlinkMessage(Rtnetlink.GetRoute, Rtnetlink.FlagRequest | Rtnetlink.FlagDump).Header(header), reply =>
        {
            if (TryParse(reply, out var route) && route!.Table == Rtnetlink.TableMain && route.Type == Rtnetlink.TypeUnicast)
                routes.Add(route);
        });
        return result.Ok ? routes : throw new IOException($"cannot list the routes: {result.Words}");
    }

    /// <summary>Reads RTM_NEWROUTE or RTM_DELROUTE.</summary>
    public static bool TryParse(NetlinkReply reply, out Route? route)
    {
        route = null;
        if (reply.Type is not (Rtnetlink.NewRoute or Rtnetlink.DelRoute) || reply.Payload.Length < 12) return false;
        var attributes = new List<RouteAttribute>();
        var rest = reply.Payload[12..];
        while (NetlinkReply.TryTakeAttribute(ref rest, out var type, out var value))
            attributes.Add(new RouteAttribute(type, value.ToArray()));
        route = new Route(reply.Payload[..12].ToArray(), attributes);
        return true;
    }

    /// <summary>Adds it in front of routes with the same destination and metric (what "ip route prepend" does).</summary>
    public NetlinkResult Prepend() => Send(Rtnetlink.NewRoute, Rtnetlink.FlagRequest | Rtnetlink.FlagAck | Rtnetlink.FlagCreate);

    public NetlinkResult Delete() => Send(Rtnetlink.DelRoute, Rtnetlink.FlagRequest | Rtnetlink.FlagAck);

    public byte[]? Find(ushort type)
    {
        foreach (var attribute in Attributes)
            if (attribute.Type == type) return attribute.Value;
        return null;
    }

    private uint Number(ushort type, uint otherwise) => Find(type) is { Length: 4 } bytes ? MemoryMarshal.Read<uint>(bytes) : otherwise;

    private NetlinkResult Send(ushort type, ushort flags)
    {
        var request = new NetlinkMessage(type, flags).Header(Header);
        foreach (var attribute in Attributes) request.Attribute(attribute.Type, attribute.Value);
        using var socket = new NetlinkSocket();
        return socket.Ask(request);
    }
}
