using Appliance.Core.Configuration;

namespace Appliance.Core.Tests.ConfigurationTests;

public sealed class NetworkConfigTests
{
    /// <summary>The minimal file's interfaces, given to the nodes.</summary>
    internal const string Good = """
        [network]

        [[network.interface]]
        name = "eth0"
        address = { pbx-a = "192.168.1.241/24", pbx-b = "192.168.1.242/24" }
        gateway = "192.168.1.1"
        dns = ["192.168.1.1"]

        [[network.interface]]
        name = "eth1"
        address = { pbx-a = "10.1.1.1/30", pbx-b = "10.1.1.2/30" }
        mtu = 9000

        [firewall]
        [[firewall.open]]
        service = "ssh"
        from = ["192.168.1.0/24", "fd00::/8"]
        [[firewall.open]]
        service = "sip"
        [[firewall.open]]
        service = "rtp"
        ports = "16384-32767"
        [[firewall.open]]
        service = "other"
        protocol = "tcp"
        ports = "9100"
        interfaces = ["eth0"]
        """;

    [Fact]
    public void A_network_and_a_firewall_are_read_and_change_the_digest()
    {
        var config = Config.Good(Config.Plus(Good));
        Assert.Equal(["eth0", "eth1"], config.Network!.Interfaces.Select(one => one.Name));
        Assert.Equal("192.168.1.242", config.Network.Find("eth0")!.Addresses[1].Address);
        Assert.Equal(9000, config.Network.Find("eth1")!.Mtu);
        Assert.Equal([("ssh", "tcp", 22, 22), ("sip", "both", 5060, 5060), ("rtp", "udp", 16384, 32767), ("other", "tcp", 9100, 9100)],
            config.Firewall!.Open.Select(open => (open.Service, open.Protocol, open.First, open.Last)));
        Assert.NotEqual(Config.Good(Config.Read(Config.Minimal)).Digest, config.Digest);
        Assert.NotEqual(config.Digest, Config.Good(Config.Plus(Good.Replace("9100", "9101", StringComparison.Ordinal))).Digest);
        Assert.NotEqual(config.Digest, Config.Good(Config.Plus(Good.Replace("mtu = 9000", "mtu = 8000", StringComparison.Ordinal))).Digest);
    }

    [Theory]
    [InlineData(Good)]
    [InlineData("[firewall]\n[[firewall.open]]\nservice = \"ssh\"\n[[firewall.open]]\nservice = \"iax\"")]
    [InlineData("[network]\n[[network.interface]]\nname = \"eth0\"\ndhcp = true\nipv6 = \"slaac\"\n"
        + "[[network.interface]]\nname = \"eth1\"\naddress = { pbx-a = \"10.1.1.1/24\", pbx-b = \"10.1.1.2/24\" }\nipv6 = \"static\"\n"
        + "ipv6-address = { pbx-a = \"fd00::1/64\", pbx-b = \"fd00::2/64\" }\nipv6-gateway = \"fe80::1\"\n"
        + "[[network.interface]]\nname = \"lan0\"\nmac = { pbx-a = \"52:54:00:00:00:0A\", pbx-b = \"52:54:00:00:00:0b\" }\n"
        + "[[network.interface]]\nname = \"voice\"\nvlan = { on = \"eth0\", id = 20 }\ndhcp = true")]
    public void What_is_written_reads_back(string section)
    {
        var config = Config.Good(Config.Plus(section));
        var text = ConfigText.Write(config);
        var again = Config.Good(Config.Read(text));
        Assert.Equal(config.Digest, again.Digest);
        Assert.Equal(text, ConfigText.Write(again));
    }

    [Fact]
    public void Without_the_sections_there_is_nothing()
    {
        var config = Config.Good(Config.Read(Config.Minimal));
        Assert.Null(config.Network);
        Assert.Null(config.Firewall);
    }

    [Theory]
    [InlineData("gateway = \"192.168.1.1\"", "gateway = \"192.168.2.1\"", "network.interface[eth0].gateway", "cannot be reached")]
    [InlineData("gateway = \"192.168.1.1\"", "gateway = \"192.168.1.241\"", "network.interface[eth0].gateway", "itself")]
    [InlineData("gateway = \"192.168.1.1\"", "gateway = \"fd00::1\"", "network.interface[eth0].gateway", "expected IPv4")]
    [InlineData("gateway = \"192.168.1.1\"", "dhcp = true", "network.interface[eth0].dhcp", "expected one of them")]
    [InlineData("mtu = 9000", "gateway = \"10.1.1.1\"", "network.interface[eth1].gateway", "itself")]
    [InlineData("mtu = 9000", "mtu = 400", "network.interface[eth1].mtu", "from 576 to 9216")]
    [InlineData("mtu = 9000", "ipv6 = \"static\"", "network.interface[eth1].ipv6", "needs ipv6-address")]
    [InlineData("mtu = 9000", "ipv6-address = { pbx-a = \"fd00::1/64\", pbx-b = \"fd00::2/64\" }", "network.interface[eth1].ipv6-address",
        "has no effect with ipv6 = \"off\"")]
    [InlineData("mtu = 9000", "mtu = 1000\nipv6 = \"slaac\"", "network.interface[eth1].mtu", "less than IPv6 needs")]
    [InlineData("mtu = 9000", "mac = { pbx-a = \"52:54:00:00:00:01\", pbx-b = \"52:54:00:00:00:02\" }", "network.interface[eth1].name",
        "of your own")]
    [InlineData("mtu = 9000", "vlan = { on = \"eth7\", id = 3 }", "network.interface[eth1].vlan.on", "there is no [[network.interface]]")]
    [InlineData("mtu = 9000", "vlan = { on = \"eth0\", id = 4095 }", "network.interface[eth1].vlan.id", "from 1 to 4094")]
    [InlineData("pbx-b = \"10.1.1.2/30\"", "pbx-b = \"192.168.1.241/24\"", "network.interface[eth1].address.pbx-b", "already used")]
    [InlineData("pbx-b = \"10.1.1.2/30\"", "pbx-c = \"10.1.1.2/30\"", "network.interface[eth1].address.pbx-c", "there is no node")]
    [InlineData("pbx-b = \"192.168.1.242/24\"", "pbx-b = \"192.168.1.242\"", "network.interface[eth0].address.pbx-b", "prefix length")]
    [InlineData("name = \"eth1\"", "name = \"eth 1\"", "network.interface[eth 1].name", "an interface's name")]
    [InlineData("name = \"eth1\"", "name = \"e*\"", "network.interface[e*].name", "an interface's name")]
    [InlineData("interfaces = [\"eth0\"]", "interfaces = [\"eth9\"]", "firewall.open[other].interfaces",
        "there is no [[network.interface]]")]
    [InlineData("interfaces = [\"eth0\"]", "interfaces = [\"x\\\" accept\"]", "firewall.open[other].interfaces[1]", "an interface's name")]
    [InlineData("ports = \"9100\"", "ports = \"9100-9000\"", "firewall.open[other].ports", "above the last")]
    [InlineData("ports = \"9100\"", "ports = \"0\"", "firewall.open[other].ports", "a port or a range")]
    [InlineData("\"fd00::/8\"", "\"fd00::1/8\"", "firewall.open[ssh].from[2]", "bits set")]
    [InlineData("\"fd00::/8\"", "\"default\"", "firewall.open[ssh].from[2]", "leave the key out")]
    public void What_is_wrong_is_told_where_it_stands(string old, string replacement, string keyPath, string words)
    {
        Assert.Contains(old, Good, StringComparison.Ordinal);
        var result = Config.Plus(Good.Replace(old, replacement, StringComparison.Ordinal));
        Assert.Null(result.Config);
        Assert.Contains(result.Problems, problem => problem.KeyPath == keyPath
            && problem.Message.Contains(words, StringComparison.Ordinal) && problem.Line > 1);
    }

    /// <summary>What the pair lives on must be what the network gives.</summary>
    [Theory]
    [InlineData("pbx-a = \"10.1.1.1/30\"", "pbx-a = \"10.1.1.3/24\"", "heartbeat.link[cable].address.pbx-a", "the two must say the same")]
    [InlineData("name = \"eth1\"", "name = \"eth2\"", "heartbeat.link[cable].interface", "nobody would bring it up")]
    [InlineData("pbx-a = \"192.168.1.241/24\"", "pbx-a = \"192.168.1.245/24\"", "group[pbx].resource[vip].address",
        "a service address moves")]
    public void What_the_rest_of_the_file_needs_is_compared(string old, string replacement, string keyPath, string words)
    {
        var result = Config.Plus(Good.Replace(old, replacement, StringComparison.Ordinal));
        Assert.Contains(result.Problems, problem => problem.Severity == Severity.Error && problem.KeyPath == keyPath
            && problem.Message.Contains(words, StringComparison.Ordinal));
    }

    [Fact]
    public void A_closed_door_is_warned_of()
    {
        var result = Config.Plus("[firewall]\n[[firewall.open]]\nservice = \"http\"");
        Assert.NotNull(result.Config);
        Assert.Contains(result.Problems, problem => problem.Message.Contains("ssh is not open", StringComparison.Ordinal));
        Assert.Contains(result.Problems, problem => problem.Message.Contains("asterisk.service is served", StringComparison.Ordinal));
    }

    [Fact]
    public void Two_ways_out_are_one_too_many()
    {
        var text = Good.Replace("mtu = 9000", "gateway = \"10.1.1.2\"", StringComparison.Ordinal);
        Assert.Contains(Config.Plus(text).Problems, problem => problem.Message.Contains("one way out", StringComparison.Ordinal));
    }
}
