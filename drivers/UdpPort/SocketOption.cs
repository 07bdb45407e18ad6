namespace Appliance.Drivers.UdpPort;

/// <summary>A socket option with its level, from asm-generic/socket.h, linux/in.h and linux/in6.h.</summary>
internal readonly record struct SocketOption(int Level, int Name, string Words)
{
    public static SocketOption ReuseAddress => new(1, 2, "SO_REUSEADDR");

    public static SocketOption Broadcast => new(1, 6, "SO_BROADCAST");

    public static SocketOption BindToDevice => new(1, 25, "SO_BINDTODEVICE");

    public static SocketOption FreeBind(bool v6) => v6 ? new(41, 78, "IPV6_FREEBIND") : new(0, 15, "IP_FREEBIND");

    public static SocketOption OnlyV6 => new(41, 26, "IPV6_V6ONLY");

    public static SocketOption MulticastInterface(bool v6) => v6 ? new(41, 17, "IPV6_MULTICAST_IF") : new(0, 32, "IP_MULTICAST_IF");

    public static SocketOption MulticastHops(bool v6) => v6 ? new(41, 18, "IPV6_MULTICAST_HOPS") : new(0, 33, "IP_MULTICAST_TTL");

    public static SocketOption MulticastLoop(bool v6) => v6 ? new(41, 19, "IPV6_MULTICAST_LOOP") : new(0, 34, "IP_MULTICAST_LOOP");

    public static SocketOption JoinGroup(bool v6) => v6 ? new(41, 20, "IPV6_ADD_MEMBERSHIP") : new(0, 35, "IP_ADD_MEMBERSHIP");

    /// <summary>Internetwork control: switches and routers put such packets first.</summary>
    public static SocketOption TrafficClass(bool v6) => v6 ? new(41, 67, "IPV6_TCLASS") : new(0, 1, "IP_TOS");
}
