using Appliance.Core.Configuration;
using Appliance.Core.Configuration.Schema;

namespace Appliance.Core.Tests.ConfigurationTests;

public sealed class ConfigReaderTests
{
    [Fact]
    public void The_minimal_file_is_read_with_its_defaults()
    {
        var result = Config.Read(Config.Minimal);
        var config = Config.Good(result);
        Assert.Empty(result.Problems);
        Assert.Equal(new ClusterConfig("site42", "/etc/appliance/cluster.key"), config.Cluster);
        Assert.Equal(["pbx-a", "pbx-b"], config.Nodes.ToArray());
        Assert.Equal(
            new HeartbeatConfig(Milliseconds(100), Milliseconds(300), Milliseconds(600), TimeSpan.FromSeconds(20)), config.Heartbeat);
        Assert.Equal(new PingConfig("192.168.1.1", Milliseconds(200), Milliseconds(200)), Assert.Single(config.Pings));
        Assert.Null(config.Witness);
        Assert.Equal(new PolicyConfig(IsolationPolicy.Release, TimeSpan.FromSeconds(15)), config.Policy);
        Assert.NotEqual(0u, config.Digest);
    }

    [Fact]
    public void Links_of_the_minimal_file()
    {
        var config = Config.Good(Config.Read(Config.Minimal));
        var cable = Assert.IsType<LinkConfig.Unicast>(config.Links[0]);
        Assert.Equal(("cable", "eth1", 694), (cable.Name, cable.Interface, cable.Port));
        Assert.Equal(["10.1.1.1", "10.1.1.2"], cable.Addresses.ToArray());
        Assert.Equal(new LinkConfig.Multicast("lan", "eth0", "239.192.0.42", 694), config.Links[1]);
        Assert.Equal(new LinkConfig.Serial("serial", "/dev/ttyS0", 115200), config.Links[2]);
    }

    [Fact]
    public void Resources_of_the_minimal_file()
    {
        var group = Assert.Single(Config.Good(Config.Read(Config.Minimal)).Groups);
        Assert.Equal(("pbx", -1, new FailbackConfig.Never()), (group.Name, group.Preferred, group.Failback));
        Assert.Equal(new ResourceKind.Ip("192.168.1.245", 24, "eth0", true, TimeSpan.FromSeconds(30)), group.Resources[0].What);
        Assert.Equal(new TimingConfig(Seconds(10), Seconds(5), Seconds(10), Seconds(10)), group.Resources[0].Timing);
        Assert.Equal(new TimingConfig(Seconds(90), Seconds(20), Seconds(10), Seconds(10)), group.Resources[1].Timing);
        Assert.Equal(new RestartConfig(3, TimeSpan.FromMinutes(10), Milliseconds(100), Seconds(5)), group.Resources[1].Restarts);
        Assert.Equal(
            new ProbeConfig.Mysql(Seconds(2), Seconds(1), 2, "/run/mysqld/mysqld.sock", "", 3306, "root", ""), group.Resources[1].Probe);
        Assert.Equal(["vip", "mysql"], group.Resources[2].After.ToArray());
        Assert.Equal(new ProbeConfig.Asterisk(Seconds(1), Seconds(1), 2, "", 5060), group.Resources[2].Probe);
    }

    [Theory]
    [InlineData("[\"sip\"]", AsteriskLayers.Sip, 1)]
    [InlineData("[\"cli\", \"sip\"]", AsteriskLayers.Cli | AsteriskLayers.Sip, 2)]
    [InlineData("[\"sip\", \"ami\", \"cli\"]", AsteriskLayers.Cli | AsteriskLayers.Ami | AsteriskLayers.Sip, 2)]
    [InlineData("[\"sip\", \"ami\", \"cli\", \"tasks\"]",
        AsteriskLayers.Cli | AsteriskLayers.Ami | AsteriskLayers.Sip | AsteriskLayers.Tasks, 3)]
    public void More_than_half_of_the_layers_are_needed_for_a_miss(string layers, AsteriskLayers expected, int need)
    {
        var config = Config.Good(Config.With("probe = { type = \"mysql\" }", $"probe = {{ type = \"asterisk\", layers = {layers} }}"));
        var probe = Assert.IsType<ProbeConfig.Asterisk>(config.Groups[0].Resources[1].Probe);
        Assert.Equal((expected, need), (probe.Layers, probe.Need));
        Assert.Equal(("/run/asterisk/asterisk.ctl", "appliance", "/etc/appliance/ami.secret", 500),
            (probe.Cli, probe.AmiUser, probe.AmiSecretFile, probe.TasksMax));
        Assert.Equal(new Appliance.Core.Configuration.Schema.Endpoint("127.0.0.1", 5038), probe.Ami);
    }

    [Fact]
    public void Every_kind_of_resource_and_probe_is_read()
    {
        var config = Config.Good(Config.Plus("""
            [[group.resource]]
            name = "fs"
            type = "mount"
            device = "/dev/sdb1"
            directory = "/srv/data"
            fstype = "ext4"
            [[group.resource]]
            name = "dirs"
            type = "bind"
            after = ["fs"]
            paths = ["/etc/asterisk"]
            [[group.resource]]
            name = "route"
            type = "source-route"
            after = ["vip"]
            network = "default"
            source = "192.168.1.245"
            interface = "eth0"
            [[group.resource]]
            name = "old"
            type = "lsb"
            script = "/etc/init.d/old"
            probe = { type = "tcp", port = 80, misses = 5 }
            [[group.resource]]
            name = "agent"
            type = "ocf"
            agent = "ocf:heartbeat:IPaddr2"
            parameters = { ip = "192.168.1.246", cidr_netmask = 24, arp = true }
            [[group.resource]]
            name = "own"
            type = "exec"
            start = ["/bin/true"]
            stop = ["/bin/true", "now"]
            restarts = { max = 0 }
            probe = { type = "exec", command = ["/bin/true"] }
            """));
        var resources = config.Groups[0].Resources[3..];
        Assert.Equal(new ResourceKind.Mount("/dev/sdb1", "/srv/data", "ext4", ""), resources[0].What);
        var bind = Assert.IsType<ResourceKind.Bind>(resources[1].What);
        Assert.Equal("/srv/data", bind.From);
        Assert.Equal(["/etc/asterisk"], bind.Paths.ToArray());
        Assert.Equal(new ResourceKind.Route("default", "192.168.1.245", "eth0"), resources[2].What);
        Assert.Equal(new ResourceKind.Lsb("/etc/init.d/old"), resources[3].What);
        Assert.Equal(new ProbeConfig.Tcp(Seconds(2), Seconds(1), 5, "127.0.0.1", 80), resources[3].Probe);
        var ocf = Assert.IsType<ResourceKind.Ocf>(resources[4].What);
        Assert.Equal(("heartbeat", "IPaddr2", "arp=true cidr_netmask=24 ip=192.168.1.246"), (
            ocf.Provider, ocf.Agent, string.Join(' ', ocf.Parameters.Select(pair => $"{pair.Key}={pair.Value}"))));
        var exec = Assert.IsType<ResourceKind.Exec>(resources[5].What);
        Assert.Equal(["/bin/true", "now"], exec.StopCommand.ToArray());
        Assert.Empty(exec.MonitorCommand);
        Assert.Equal(0, resources[5].Restarts.Max);
    }

    [Fact]
    public void A_witness_a_preferred_node_and_a_failback_window()
    {
        var config = Config.Good(
            Config.With("name = \"pbx\"\n", "name = \"pbx\"\npreferred = \"pbx-b\"\nfailback = \"daily 23:30-04:00\"\n"));
        Assert.Equal((1, new FailbackConfig.Daily(new TimeOnly(23, 30), new TimeOnly(4, 0))), (
            config.Groups[0].Preferred, config.Groups[0].Failback));
        Assert.Equal(new WitnessConfig("192.168.1.9", 694), Config.Good(Config.Plus("[witness]\naddress = \"192.168.1.9\"")).Witness);
    }

    [Fact]
    public void The_promised_interface_is_usable_as_it_is()
    {
        var config = Config.Good(Config.Read(Config.Example));
        Assert.Equal(new WebConfig(new Endpoint("0.0.0.0", 8080), "/etc/appliance/web.token"), config.Web);
    }

    [Theory]
    [InlineData("", "0.0.0.0", 8080)]
    [InlineData("listen = \"127.0.0.1:80\"", "127.0.0.1", 80)]
    [InlineData("listen = \"[::]:8080\"", "::", 8080)]
    [InlineData("token-file = \"/etc/t\"", "0.0.0.0", 8080, "/etc/t")]
    public void The_status_page_has_an_address(string line, string address, int port, string token = "")
    {
        var config = Config.Good(Config.Read(Config.Minimal + $"\n[web]\n{line}\n"));
        Assert.Equal(new WebConfig(new Endpoint(address, port), token), config.Web);
        Assert.Equal(config.Web, Config.Good(Config.Read(ConfigText.Write(config))).Web);
        Assert.NotEqual(Config.Good(Config.Read(Config.Minimal)).Digest, config.Digest);
    }

    [Theory]
    [InlineData("listen = 8080")]
    [InlineData("listen = \"localhost:8080\"")]
    [InlineData("listen = \"0.0.0.0:0\"")]
    [InlineData("listen = \"0.0.0.0\"")]
    [InlineData("token = \"x\"")]
    [InlineData("token-file = \"web.token\"")]
    public void A_status_page_elsewhere_is_refused(string line) => Assert.Null(
        Config.Read(Config.Minimal + $"\n[web]\n{line}\n").Config);

    [Fact]
    public void Many_problems_are_told_in_one_run_in_file_order()
    {
        var text = Config.Minimal.Replace("keepalive", "keepaliv", StringComparison.Ordinal)
            .Replace("\"600ms\"", "600", StringComparison.Ordinal).Replace("baud = 115200", "baud = 115201", StringComparison.Ordinal)
            .Replace("after = [\"vip\", \"mysql\"]", "after = [\"vpi\"]", StringComparison.Ordinal);
        var problems = Config.Read(text).Problems;
        Assert.Equal(["heartbeat.keepaliv", "heartbeat.deadtime", "heartbeat.link[serial].baud", "group[pbx].resource[asterisk].after"],
            problems.Select(problem => problem.KeyPath));
        Assert.Contains("did you mean \"keepalive\"?", problems[0].Message, StringComparison.Ordinal);
        Assert.Contains("found the number 600; expected a whole number with its unit", problems[1].Message, StringComparison.Ordinal);
        Assert.Contains("did you mean \"vip\"?", problems[3].Message, StringComparison.Ordinal);
        Assert.Equal(problems.Select(problem => problem.Line).Order(), problems.Select(problem => problem.Line));
    }

    [Fact]
    public void A_problem_says_where_it_stands()
    {
        var problem = Config.Only(Config.With("keepalive = \"100ms\"", "keepalive = \"100\""));
        Assert.Equal((14, 13), (problem.Line, problem.Column));
        Assert.StartsWith("14:13: error: heartbeat.keepalive: found \"100\"; expected a whole number with its unit", problem.ToString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_file_is_told_what_is_missing()
    {
        var result = Config.Read("");
        Assert.Equal(["cluster", "group", "heartbeat", "node"], result.Problems.Select(problem => problem.KeyPath).Order());
    }

    [Fact]
    public void A_file_that_is_not_TOML_is_told_where()
    {
        var result = Config.Read("[cluster]\nname = site42\n");
        Assert.Null(result.Config);
        Assert.Equal(2, result.Problems[0].Line);
    }

    [Fact]
    public void A_file_that_is_too_large_is_refused_unread() =>
        Assert.Contains(
            "expected at most", Config.Only(ConfigReader.Read(new byte[Limits.ConfigBytesMax + 1])).Message, StringComparison.Ordinal);

    private static TimeSpan Milliseconds(int count) => TimeSpan.FromMilliseconds(count);

    private static TimeSpan Seconds(int count) => TimeSpan.FromSeconds(count);
}
