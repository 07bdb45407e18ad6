using Appliance.Core.Configuration;
using Appliance.Core.Tests.ConfigurationTests;

namespace Appliance.Core.Tests.LinuxHa;

/// <summary>heartbeat.compat = "linux-ha-3": what it needs, and what cannot be beside it.</summary>
public class LinuxHaConfigTests
{
    private const string Good = """
        [cluster]
        name = "site42"
        [[node]]
        name = "pbx-a"
        [[node]]
        name = "pbx-b"
        [heartbeat]
        compat = "linux-ha-3"
        keepalive = "500ms"
        warntime = "2s"
        deadtime = "5s"
        initdead = "30s"
        [[heartbeat.link]]
        name = "lan"
        type = "udp"
        interface = "eth0"
        broadcast = true
        [[group]]
        name = "pbx"
        preferred = "pbx-a"
        [[group.resource]]
        name = "vip"
        type = "ip"
        address = "192.168.1.245/24"
        interface = "eth0"

        """;

    [Fact]
    public void A_pair_beside_a_heartbeat_is_accepted_and_written_back()
    {
        var config = Config.Good(Config.Read(Good));
        Assert.True(config.Heartbeat.LinuxHa);
        Assert.Equal("/etc/appliance/authkeys", config.Heartbeat.Authkeys);
        Assert.Equal(config.Digest, Config.Good(Config.Read(ConfigText.Write(config))).Digest);
        Assert.NotEqual(config.Digest, Config.Good(Config.Read(Good.Replace("compat", "# compat", StringComparison.Ordinal))).Digest);
    }

    [Fact]
    public void A_list_of_nodes_without_a_node_is_refused()
    {
        var problem = Config.Only(Config.Read("node = []\n" + Good.Replace("[[node]]\nname = \"pbx-a\"\n[[node]]\nname = \"pbx-b\"\n", "",
            StringComparison.Ordinal).Replace("preferred = \"pbx-a\"", "preferred = \"x\"", StringComparison.Ordinal)));
        Assert.Contains("found no node", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[witness]\naddress = \"192.168.1.9\"", "witness", "a Heartbeat asks no third vote")]
    [InlineData("[fence.a]\ndriver = \"exec\"\nnode = \"pbx-a\"\noff = [\"/bin/true\"]\nstatus = [\"/bin/true\"]\non = [\"/bin/true\"]",
        "fence.a", "would not know that it is being switched off")]
    [InlineData("[device.r]\ndriver = \"kmtronic\"\nnode = \"pbx-a\"\nport = \"/dev/ttyUSB0\"", "device.r", "say where a line is")]
    [InlineData("[replica.d]\ndisk = \"/dev/sdb1\"\naddress = { pbx-a = \"10.1.1.1:7788\", pbx-b = \"10.1.1.2:7788\" }", "replica.d",
        "drbdadm")]
    public void Sections_that_a_heartbeat_cannot_take_part_in(string lines, string path, string words) =>
        Refuses(Good + lines, path, words);

    [Theory]
    [InlineData("preferred = \"pbx-a\"", "", "group[pbx].preferred", "a line of haresources")]
    [InlineData("preferred = \"pbx-a\"", "preferred = \"pbx-a\"\nfailback = \"30m\"", "group[pbx].failback", "auto_failback off")]
    [InlineData("keepalive = \"500ms\"", "", "heartbeat.keepalive", "is missing")]
    [InlineData("deadtime = \"5s\"", "", "heartbeat.deadtime", "is missing")]
    [InlineData("initdead = \"30s\"", "", "heartbeat.initdead", "is missing")]
    [InlineData("compat = \"linux-ha-3\"", "compat = \"linux-ha-2\"", "heartbeat.compat", "linux-ha-3")]
    [InlineData("compat = \"linux-ha-3\"", "authkeys = \"/etc/ha.d/authkeys\"", "heartbeat.authkeys", "is only read with compat")]
    [InlineData("type = \"udp\"\ninterface = \"eth0\"\nbroadcast = true", "type = \"serial\"\ndevice = \"/dev/ttyS0\"\nbaud = 9600",
        "heartbeat.link[lan].baud", "takes 354 ms at 9600 baud")]
    [InlineData("type = \"udp\"\ninterface = \"eth0\"\nbroadcast = true", "type = \"serial\"\ndevice = \"/dev/ttyS0\"\nbaud = 921600",
        "heartbeat.link[lan].baud", "no speed that Heartbeat knows")]
    public void Keys_that_a_heartbeat_makes_necessary_or_impossible(string old, string replacement, string path, string words) =>
        Refuses(Good.Replace(old, replacement, StringComparison.Ordinal), path, words);

    private static void Refuses(string text, string path, string words)
    {
        var result = Config.Read(text);
        Assert.Null(result.Config);
        Assert.True(
            result.Problems.Any(problem => problem.KeyPath == path && problem.Message.Contains(words, StringComparison.Ordinal)),
            string.Join('\n', result.Problems));
    }
}
