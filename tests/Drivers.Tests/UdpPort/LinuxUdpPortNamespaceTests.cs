using Appliance.Drivers.UdpPort;

namespace Appliance.Drivers.Tests.UdpPort;

/// <summary>Interfaces that come, go, lose carrier and change address; multicast and broadcast between the two ends of a veth.</summary>
[Trait("Needs", "root")]
public class LinuxUdpPortNamespaceTests
{
    [NamespaceFact]
    public void Multicast_crosses_the_interface_and_does_not_come_back() => NamespaceThread.Run(() =>
    {
        Up();
        Address();
        foreach (var group in new[] { "239.192.0.42", "ff02::4242" })
        {
            using var left = Open(new UdpRoute.Multicast("left", group, 694));
            using var right = Open(new UdpRoute.Multicast("right", group, 694));
            Assert.Equal("", left.Examine().Problem);
            // IPv6 needs its link-local address to be checked first.
            Assert.True(SpinWait.SpinUntil(() => left.Send([1, 2, 3]).Count == 3 && Receive(right) is [1, 2, 3], 5000), group);
            Assert.Empty(Receive(left));
        }
    });

    [NamespaceFact]
    public void Broadcast_goes_to_the_looked_up_address_and_notices_its_change() => NamespaceThread.Run(() =>
    {
        Up();
        Assert.Null(LinuxUdpPort.TryOpen(new UdpRoute.Broadcast("left", 694), out var problem));
        Assert.Equal("interface left has no IPv4 broadcast address yet", problem);
        Address();
        using var left = Open(new UdpRoute.Broadcast("left", 694));
        using var right = Open(new UdpRoute.Broadcast("right", 694));
        Assert.True(SpinWait.SpinUntil(() => left.Send([4]).Count == 1 && Receive(right) is [4], 3000));
        NamespaceThread.Ip("address flush dev left");
        Assert.True(left.Examine().Stale);
    });

    [NamespaceFact]
    public void Interface_that_loses_carrier_goes_down_or_is_replaced_says_so() => NamespaceThread.Run(() =>
    {
        Up();
        using var left = Open(new UdpRoute.Multicast("left", "239.192.0.42", 694));
        Becomes(new PortHealth("interface left has no IPv4 address yet", Stale: false), left);
        NamespaceThread.Ip("link set right down");
        Becomes(new PortHealth("interface left has no carrier: is the cable plugged in on both ends?", Stale: false), left);
        NamespaceThread.Ip("link set left down");
        Becomes(new PortHealth("interface left is set down (ip link set left up)", Stale: false), left);
        Assert.True(left.Send([1]).Failed);
        NamespaceThread.Ip("link delete left");
        Becomes(new PortHealth("there is no interface left", Stale: true), left);
        Assert.True(left.Send([1]).Failed);
        NamespaceThread.Ip("link add left type veth peer name right");
        Up();
        Address();
        Becomes(new PortHealth("interface left was replaced", Stale: true), left);
        using var again = Open(new UdpRoute.Multicast("left", "239.192.0.42", 694));
        using var right = Open(new UdpRoute.Multicast("right", "239.192.0.42", 694));
        Assert.True(SpinWait.SpinUntil(() => again.Send([5]).Count == 1 && Receive(right) is [5], 3000));
    });

    [NamespaceFact]
    public void Link_that_is_down_and_up_again_keeps_its_membership() => NamespaceThread.Run(() =>
    {
        Up();
        Address();
        using var left = Open(new UdpRoute.Multicast("left", "239.192.0.42", 694));
        using var right = Open(new UdpRoute.Multicast("right", "239.192.0.42", 694));
        NamespaceThread.Ip("link set right down");
        Up();
        Assert.True(SpinWait.SpinUntil(() => left.Send([6]).Count == 1 && Receive(right) is [6], 3000));
    });

    [NamespaceFact]
    public void Unicast_waits_for_its_address() => NamespaceThread.Run(() =>
    {
        Up();
        using var left = Open(new UdpRoute.Unicast("left", "10.9.0.1", "10.9.0.2", 694));
        Assert.Contains("10.9.0.1 is not an address of this machine", left.Examine().Problem, StringComparison.Ordinal);
        NamespaceThread.Ip("address add 10.9.0.1/24 dev left");
        Becomes(PortHealth.Good, left);
        Assert.Equal(1, left.Send([1]).Count);
    });

    private static void Address()
    {
        // Both addresses are local here, which a pair of machines never sees: let the kernel accept its own source.
        foreach (var end in new[] { "left", "right", "all" }) File.WriteAllText($"/proc/sys/net/ipv4/conf/{end}/accept_local", "1");
        NamespaceThread.Ip("address add 10.9.0.1/24 broadcast + dev left");
        NamespaceThread.Ip("address add 10.9.0.2/24 broadcast + dev right");
    }

    /// <summary>The kernel tells of a carrier a moment after the command that changed it.</summary>
    private static void Becomes(PortHealth expected, LinuxUdpPort port)
    {
        SpinWait.SpinUntil(() => port.Examine() == expected, 3000);
        Assert.Equal(expected, port.Examine());
    }

    private static void Up()
    {
        NamespaceThread.Ip("link set left up");
        NamespaceThread.Ip("link set right up");
    }

    private static LinuxUdpPort Open(UdpRoute route) =>
        LinuxUdpPort.TryOpen(route, out var problem) ?? throw new InvalidOperationException(problem);

    private static byte[] Receive(LinuxUdpPort port)
    {
        var room = new byte[100];
        var got = port.Receive(room);
        for (var wait = 0; got.WouldWait && wait < 20; wait++)
        {
            Thread.Sleep(1);
            got = port.Receive(room);
        }

        return room[..got.Count];
    }
}
