namespace Appliance.Drivers.UdpPort;

/// <summary>Where a UDP port leads. Addresses are numeric, IPv4 or IPv6.</summary>
public abstract record UdpRoute(int Port)
{
    /// <summary>To one machine. Without an interface any will do; without a local address the kernel chooses one and any local
    /// port.</summary>
    public sealed record Unicast(string? Interface, string? Local, string Peer, int Port) : UdpRoute(Port);

    /// <summary>To a multicast group on one interface, time to live 1.</summary>
    public sealed record Multicast(string Interface, string Group, int Port) : UdpRoute(Port);

    /// <summary>To the IPv4 broadcast address of one interface, looked up.</summary>
    public sealed record Broadcast(string Interface, int Port) : UdpRoute(Port);

    /// <summary>From anybody; answers go where the last datagram came from.</summary>
    public sealed record Listen(string Address, int Port) : UdpRoute(Port);

    /// <summary>The interface it is bound to, if it is.</summary>
    public string? Device => this switch
    {
        Unicast unicast => unicast.Interface,
        Multicast multicast => multicast.Interface,
        Broadcast broadcast => broadcast.Interface,
        _ => null,
    };
}
