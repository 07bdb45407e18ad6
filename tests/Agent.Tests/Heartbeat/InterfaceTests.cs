using Appliance.Core.Cluster;
using Appliance.Core.Configuration;
using Appliance.Drivers.Tests.UdpPort;
using static Appliance.Agent.Tests.Heartbeat.Speaker;

namespace Appliance.Agent.Tests.Heartbeat;

/// <summary>Interfaces that come and go under a running heartbeat, in a network namespace of the test's own.</summary>
[Collection("heartbeat")]
[Trait("Needs", "root")]
public class InterfaceTests
{
    [NamespaceFact]
    public void Interface_that_vanishes_and_returns_is_told_and_used_again() => NamespaceThread.Run(() =>
    {
        Up();
        using var left = new Speaker(Config(50, Lan("left")), 0).Start();
        using var right = new Speaker(Config(50, Lan("right")), 1).Start();
        Assert.True(Within(6000, () => left.Heartbeats.Any(heard => heard.Fresh)));
        NamespaceThread.Ip("link delete left");
        Assert.True(Within(3000, () => left.Heard.Contains(new Event.LinkUsable(0, false, "there is no interface left"))));
        var count = left.Heartbeats.Count();
        NamespaceThread.Ip("link add left type veth peer name right");
        Up();
        Assert.True(Within(6000, () => left.Heartbeats.Count() > count + 5));
        // Hearing begins before the next look at the interface says that it is usable.
        Assert.True(Within(6000, () => left.Heard.OfType<Event.LinkUsable>().Last().Usable));
    });

    [NamespaceFact]
    public void Pulled_cable_is_told_and_its_return_too() => NamespaceThread.Run(() =>
    {
        Up();
        using var left = new Speaker(Config(50, Lan("left")), 0).Start();
        using var right = new Speaker(Config(50, Lan("right")), 1).Start();
        Assert.True(Within(6000, () => left.Heartbeats.Any()));
        NamespaceThread.Ip("link set right down");
        Assert.True(Within(3000, () => left.Heard.Contains(
            new Event.LinkUsable(0, false, "interface left has no carrier: is the cable plugged in on both ends?"))));
        var count = left.Heartbeats.Count();
        NamespaceThread.Ip("link set right up");
        Assert.True(Within(6000, () => left.Heartbeats.Count() > count + 5));
    });

    private static LinkConfig.Multicast Lan(string device) => new("lan", device, "ff02::4242", 694);

    private static void Up()
    {
        NamespaceThread.Ip("link set left up");
        NamespaceThread.Ip("link set right up");
    }
}
