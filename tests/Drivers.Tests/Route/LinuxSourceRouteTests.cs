using System.Net;
using System.Net.Sockets;
using Appliance.Drivers.Route;
using Appliance.Drivers.ServiceAddress;
using Appliance.Drivers.Tests.Support;

namespace Appliance.Drivers.Tests.Route;

/// <summary>Packets leave with the service address, and everything is as before afterwards.</summary>
[Trait("Needs", "root")]
public class LinuxSourceRouteTests
{
    [RootFact]
    public void Server_bound_to_any_answers_from_the_service_address() =>
        AnswersFromServiceAddress("192.0.2.7/24", "192.0.2.9/24", "192.0.2.45", 24);

    [RootFact]
    public void Server_bound_to_any_answers_from_the_service_address_over_ipv6() =>
        AnswersFromServiceAddress("2001:db8::7/64 nodad", "2001:db8::9/64 nodad", "2001:db8::45", 64);

    [RootFact]
    public void Without_source_route_the_answer_comes_from_the_nodes_own_address()
    {
        using var network = new TestNetwork();
        network.IpHere("address add 192.0.2.7/24 dev here0");
        network.IpThere("address add 192.0.2.9/24 dev there0");
        using var address = NewAddress("192.0.2.45", 24);
        network.Here(() => address.Add(default));
        Assert.Null(Exchange(network, "192.0.2.45"));
        network.Here(address.Remove);
    }

    [RootFact]
    public void Answer_through_the_default_route_comes_from_the_service_address_and_the_old_routes_come_back()
    {
        using var network = new TestNetwork();
        network.IpHere("address add 192.0.2.7/24 dev here0");
        network.IpHere("route add default via 192.0.2.9 metric 100");
        network.IpThere("address add 192.0.2.9/24 dev there0");
        network.IpThere("link add far type veth peer name far1");
        network.IpThere("link set far up");
        network.IpThere("link set far1 up");
        network.IpThere("address add 198.51.100.1/24 dev far");
        var before = network.ShowHere("route show");
        using var address = NewAddress("192.0.2.45", 24);
        using var route = NewRoute("192.0.2.45", 24);
        network.Here(() => address.Add(default));
        Assert.True(network.Here(route.Apply).Ok);
        Assert.Null(network.Here(route.Missing));
        Assert.Equal("192.0.2.45", Exchange(network, "192.0.2.45", from: "198.51.100.1"));
        Assert.Contains("src 192.0.2.45", network.ShowHere("route get 203.0.113.1"), StringComparison.Ordinal);
        Assert.True(network.Here(route.Remove).Ok);
        network.Here(address.Remove);
        Assert.Equal(before, network.ShowHere("route show"));
    }

    [RootFact]
    public void Applying_twice_adds_nothing_and_a_new_default_route_is_followed()
    {
        using var network = new TestNetwork();
        network.IpHere("address add 192.0.2.7/24 dev here0");
        using var address = NewAddress("192.0.2.45", 24);
        using var route = NewRoute("192.0.2.45", 24);
        network.Here(() => address.Add(default));
        network.Here(route.Apply);
        var once = network.ShowHere("route show");
        Assert.True(network.Here(route.Apply).Ok);
        Assert.Equal(once, network.ShowHere("route show"));
        network.IpHere("route add default via 192.0.2.9");
        Eventually.Holds(() => network.ShowHere("route get 203.0.113.1").Contains("src 192.0.2.45", StringComparison.Ordinal),
            "the new default is followed");
        network.IpHere("route del default via 192.0.2.9 proto boot");
        Eventually.Holds(
            () => !network.ShowHere("route show").Contains("default", StringComparison.Ordinal), "our default goes with its model");
        network.Here(route.Remove);
        network.Here(address.Remove);
    }

    [RootFact]
    public void Routes_left_by_a_crashed_agent_are_recognised_and_removed()
    {
        using var network = new TestNetwork();
        network.IpHere("address add 192.0.2.7/24 dev here0");
        var before = network.ShowHere("route show");
        var address = NewAddress("192.0.2.45", 24);
        using (var crashed = NewRoute("192.0.2.45", 24))
        {
            network.Here(() => address.Add(default));
            network.Here(crashed.Apply);
        }

        using var route = NewRoute("192.0.2.45", 24);
        Assert.True(network.Here(route.Remove).Ok);
        network.Here(address.Remove);
        Assert.Equal(before, network.ShowHere("route show"));
    }

    [RootFact]
    public void Source_that_is_not_on_this_node_is_refused_in_words()
    {
        using var network = new TestNetwork();
        network.IpHere("address add 192.0.2.7/24 dev here0");
        using var route = NewRoute("192.0.2.45", 24);
        var change = network.Here(route.Apply);
        Assert.False(change.Ok);
        Assert.Contains("192.0.2.45", change.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("192.168.1.77/24", "192.168.1.0/24")]
    [InlineData("default", "default")]
    [InlineData("10.0.0.0/33", null)]
    [InlineData("fe80::/10", null)]
    [InlineData("10.0.0.0", null)]
    public void Networks_are_read_in_the_family_of_the_source(string words, string? expected)
    {
        var read = Subnet.TryParse(words, IPAddress.Parse("192.168.1.245"), out var subnet);
        Assert.Equal(expected, read ? subnet.ToString() : null);
    }

    private static void AnswersFromServiceAddress(string own, string client, string vip, int prefixLength)
    {
        using var network = new TestNetwork();
        network.IpHere($"address add {own} dev here0");
        network.IpThere($"address add {client} dev there0");
        using var address = NewAddress(vip, prefixLength);
        using var route = NewRoute(vip, prefixLength);
        Assert.True(network.Here(() => address.Add(default)).Ok);
        var change = network.Here(route.Apply);
        Assert.True(change.Ok, change.Text);
        Assert.Equal(vip, Exchange(network, vip));
        network.Here(route.Remove);
        network.Here(address.Remove);
    }

    private static LinuxServiceAddress NewAddress(string address, int prefixLength) => new(
        new ServiceAddressSpec(IPAddress.Parse(address), prefixLength, "here0", TimeSpan.FromSeconds(30)), new LinuxAddressQuestion(),
            AskTiming.Duplicate);

    private static LinuxSourceRoute NewRoute(string address, int prefixLength)
    {
        var source = IPAddress.Parse(address);
        Subnet.TryParse("default", source, out var everything);
        return new LinuxSourceRoute(new SourceRouteSpec([Subnet.Of(source, prefixLength), everything], source, "here0"));
    }

    /// <summary>A connected client asks an echo server that is bound to no address; returns who answered it, null for nobody within a
    /// second.</summary>
    private static string? Exchange(TestNetwork network, string vip, string? from = null)
    {
        var target = new IPEndPoint(IPAddress.Parse(vip), 5060);
        var any = target.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any;
        using var server = network.Here(() => new Socket(any.AddressFamily, SocketType.Dgram, ProtocolType.Udp));
        using var client = network.There(() => new Socket(any.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 1000 });
        server.Bind(new IPEndPoint(any, 5060));
        if (from is not null) client.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        client.Connect(target);
        client.Send("ping"u8);
        var bytes = new byte[16];
        EndPoint asker = new IPEndPoint(any, 0);
        server.ReceiveTimeout = 1000;
        var count = server.ReceiveFrom(bytes, ref asker);
        server.SendTo(bytes.AsSpan(0, count), asker);
        try
        {
            client.Receive(bytes);
            return target.Address.ToString();
        }
        catch (SocketException silence) when (silence.SocketErrorCode == SocketError.TimedOut)
        {
            return null;
        }
    }
}
