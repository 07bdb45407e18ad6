using Appliance.Core.Configuration;

namespace Appliance.Core.Tests.ConfigurationTests;

/// <summary>Values that are right alone and wrong together.</summary>
public sealed class RelationTests
{
    [Theory]
    [InlineData("wait-for = []", "wait-for", "0 entries, from 1 to 32")]
    [InlineData("wait-for = [1, 1]", "wait-for", "each once")]
    [InlineData("wait-for = [0]", "wait-for", "whole numbers from 1 to 511")]
    [InlineData("wait-for = [\"1\"]", "wait-for", "found \"1\"")]
    [InlineData("modules = [\"-r\"]", "modules[1]", "a kernel module's name")]
    [InlineData("modules = [\"a b\"]", "modules[1]", "a kernel module's name")]
    [InlineData("alarm-timeout = \"60s\"", "alarm-timeout", "must be less than start-timeout = 1m")]
    [InlineData("alarms = \"ignore\"", "alarms", "\"fail\" or \"warn\"")]
    public void Telephone_line_drivers(string line, string keyPath, string words) => Expect(
        Config.Plus($"[[group.resource]]\nname = \"lines\"\ntype = \"dahdi\"\n{line}"), $"group[pbx].resource[lines].{keyPath}", words);

    private const string Timing = "keepalive = \"100ms\"\ndeadtime = \"600ms\"";

    [Theory]
    [InlineData("keepalive = \"300ms\"", "heartbeat.keepalive", "keepalive = 300ms must be less than warntime = 300ms")]
    [InlineData("warntime = \"600ms\"\ndeadtime = \"600ms\"", "heartbeat.deadtime", "warntime = 600ms must be less than deadtime = 600ms")]
    [InlineData(
        "keepalive = \"100ms\"\nwarntime = \"200ms\"\ndeadtime = \"299ms\"", "heartbeat.deadtime", "shorter than 3 x keepalive = 300ms")]
    [InlineData("deadtime = \"30s\"", "heartbeat.deadtime", "20s is shorter than deadtime = 30s")]
    [InlineData("deadtime = \"30s\"\ninitdead = \"29s\"", "heartbeat.initdead", "29s is shorter than deadtime = 30s")]
    [InlineData("keepalive = \"100ms\"\nwarntime = \"200ms\"\ndeadtime = \"399ms\"", "ping[192.168.1.1].interval",
        "200ms is more than half of deadtime = 399ms")]
    public void Impossible_times_are_told_with_both_values(string timing, string keyPath, string words) =>
        Expect(Config.With(Timing, timing), keyPath, words, among: true);

    [Theory]
    [InlineData("keepalive = \"100ms\"\nwarntime = \"299ms\"\ndeadtime = \"300ms\"\n# ", "interval = \"150ms\"")]
    [InlineData("warntime = \"599ms\"\ninitdead = \"1s\"\ndeadtime = \"600ms\"\n# ", "interval = \"300ms\"")]
    public void Times_just_possible_are_accepted(string timing, string ping) =>
        Config.Good(Config.Read(Config.Minimal.Replace(Timing, timing, StringComparison.Ordinal)
            .Replace("address = \"192.168.1.1\"", $"address = \"192.168.1.1\"\n{ping}\n# ", StringComparison.Ordinal)));

    [Theory]
    [InlineData("probe = { type = \"mysql\" }", "probe = { type = \"mysql\", timeout = \"3s\" }", "probe.timeout",
        "must not be more than interval = 2s")]
    [InlineData("probe = { type = \"mysql\" }", "restarts = { delay = \"6s\" }", "restarts.delay", "must not be more than delay-max = 5s")]
    [InlineData("probe = { type = \"mysql\" }", "probe = { type = \"mysql\", socket = \"/s\", host = \"10.0.0.1\" }", "probe.host",
        "expected one of them")]
    [InlineData("probe = { type = \"mysql\" }", "probe = { type = \"mysql\", port = 3307 }", "probe.port", "has no effect without host")]
    [InlineData(
        "probe = { type = \"mysql\" }", "probe = { type = \"exec\", command = [\"true\"] }", "probe.command", "expected its absolute path")]
    [InlineData("probe = { type = \"mysql\" }", "probe = { type = \"asterisk\", layers = [\"cli\", \"cli\"] }", "probe.layers",
        "expected each layer once")]
    [InlineData("probe = { type = \"mysql\" }", "probe = { type = \"asterisk\", layers = [\"cli\", \"sip\"], need = 3 }", "probe.need",
        "expected a number from 1 to 2")]
    [InlineData("probe = { type = \"mysql\" }", "probe = { type = \"asterisk\", layers = [\"dahdi\"] }", "probe.layers[1]", "\"dahdi\"")]
    [InlineData("probe = { type = \"mysql\" }", "probe = { type = \"asterisk\", layers = [\"cli\"], sip = \"udp:5060\" }", "probe.sip",
        "has no effect without \"sip\" in layers")]
    [InlineData("probe = { type = \"mysql\" }", "probe = { type = \"asterisk\", ami-user = \"x\" }", "probe.ami-user",
        "has no effect without \"ami\" in layers")]
    [InlineData("probe = { type = \"mysql\" }", "probe = { type = \"asterisk\", tasks-max = 9 }", "probe.tasks-max",
        "has no effect without \"tasks\" in layers")]
    [InlineData("probe = { type = \"mysql\" }", "probe = { type = \"http\", path = \"/a b\" }", "probe.path", "a blank")]
    [InlineData("probe = { type = \"mysql\" }", "probe = { type = \"http\", path = \"a\" }", "probe.path", "does not begin with")]
    public void Probes_and_restarts(string old, string replacement, string keyPath, string words) =>
        Expect(Config.With(old, replacement), $"group[pbx].resource[mysql].{keyPath}", words);

    [Fact]
    public void A_serial_line_too_slow_shows_the_arithmetic()
    {
        // 50 + 1 x 10 + 16 + 8 = 84 bytes, 840 bits: 87.5 % of what 9600 baud carries in 100 ms, 175 % of 4800.
        var full = Config.Only(Config.With("baud = 115200", "baud = 9600"));
        Assert.Equal(Severity.Warning, full.Severity);
        Assert.Contains("50 + 1 x 10 + 16 + 8 = 84 bytes, x 10 bits / 9600 baud = 87.5 ms of every 100 ms (88 %)", full.Message,
            StringComparison.Ordinal);
        Expect(Config.With("baud = 115200", "baud = 4800"), "heartbeat.link[serial].baud",
            "= 175 ms of every 100 ms (175 %); expected a faster line or a longer keepalive");
        Assert.Empty(Config.With("baud = 115200", "baud = 19200").Problems);
    }

    [Theory]
    [InlineData("[[node]]\nname = \"pbx-b\"", "", "node", "found one node; expected exactly 2")]
    [InlineData("[[node]]\nname = \"pbx-b\"", "[[node]]\nname = \"pbx-b\"\n[[node]]\nname = \"pbx-c\"", "node", "3 of them")]
    [InlineData("name = \"pbx-b\"", "name = \"pbx-a\"", "node[pbx-a].name", "node \"pbx-a\" is already in line 9")]
    [InlineData("pbx-b = \"10.1.1.2\"", "pbx-c = \"10.1.1.2\"", "heartbeat.link[cable].address.pbx-c",
        "there is no node \"pbx-c\"; expected \"pbx-a\" or \"pbx-b\"")]
    [InlineData(", pbx-b = \"10.1.1.2\"", "", "heartbeat.link[cable].address", "the entry for node \"pbx-b\" is missing")]
    [InlineData("name = \"pbx\"\n", "name = \"pbx\"\npreferred = \"pbx\"\n", "group[pbx].preferred", "there is no node \"pbx\"")]
    [InlineData("name = \"pbx\"\n", "name = \"pbx\"\nfailback = \"30m\"\n", "group[pbx].failback",
        "there is none; add preferred = \"pbx-a\" or \"pbx-b\"")]
    public void Nodes(string old, string replacement, string keyPath, string words) =>
        Expect(Config.With(old, replacement), keyPath, words, among: true);

    [Theory]
    [InlineData("name = \"lan\"", "name = \"cable\"", "heartbeat.link[cable].name", "the link name \"cable\" is already in line")]
    [InlineData("group = \"239.192.0.42\"", "", "heartbeat.link[lan]", "nothing says where heartbeats go")]
    [InlineData("group = \"239.192.0.42\"", "broadcast = false", "heartbeat.link[lan]", "nothing says where heartbeats go")]
    [InlineData("group = \"239.192.0.42\"", "group = \"239.192.0.42\"\nbroadcast = true", "heartbeat.link[lan].broadcast",
        "found group and broadcast; expected exactly one")]
    [InlineData(
        "group = \"239.192.0.42\"", "group = \"192.168.1.255\"", "heartbeat.link[lan].group", "expected a numeric multicast address")]
    [InlineData(
        "pbx-b = \"10.1.1.2\"", "pbx-b = \"10.1.1.1\"", "heartbeat.link[cable].address.pbx-b", "both nodes have the address 10.1.1.1")]
    [InlineData("pbx-b = \"10.1.1.2\"", "pbx-b = \"fd00::2\"", "heartbeat.link[cable].address.pbx-b", "different families")]
    [InlineData("baud = 115200", "baud = 115200\ninterface = \"eth0\"", "heartbeat.link[serial].interface",
        "belongs to type = \"udp\", not to \"serial\"")]
    public void Links(string old, string replacement, string keyPath, string words) =>
        Expect(Config.With(old, replacement), keyPath, words, among: true);

    [Fact]
    public void The_same_medium_twice_is_no_redundancy() => Expect(
        Config.Plus("[[heartbeat.link]]\nname = \"again\"\ntype = \"udp\"\ninterface = \"eth0\"\ngroup = \"239.192.0.42\""),
        "heartbeat.link[again]", "is the same medium as link \"lan\"");

    [Theory]
    [InlineData("address = \"192.168.1.1\"", "address = \"192.168.1.245\"", "ping[192.168.1.245].address",
        "it would answer although the LAN is cut")]
    [InlineData("address = \"192.168.1.1\"", "address = \"10.1.1.2\"", "ping[10.1.1.2].address", "is node \"pbx-b\" on link \"cable\"")]
    [InlineData("address = \"192.168.1.245/24\"", "address = \"10.1.1.1/24\"", "group[pbx].resource[vip].address",
        "10.1.1.1 is already node \"pbx-a\" on link \"cable\"")]
    public void Addresses_that_are_one_another(string old, string replacement, string keyPath, string words) =>
        Expect(Config.With(old, replacement), keyPath, words);

    [Fact]
    public void A_node_is_no_witness() =>
        Expect(Config.Plus("[witness]\naddress = \"10.1.1.1\""), "witness.address", "cannot be its own witness");

    [Fact]
    public void The_same_service_address_in_two_groups() => Expect(
        Config.Plus(
            "[[group]]\nname = \"web\"\n[[group.resource]]\nname = \"vip\"\ntype = \"ip\"\naddress = \"192.168.1.245/16\"\ninterface = "
                + "\"eth0\""),
        "group[web].resource[vip].address", "192.168.1.245 is already the service address in line 44");

    [Theory]
    [InlineData("unit = \"mariadb.service\"", "unit = \"asterisk.service\"", "group[pbx].resource[asterisk].unit",
        "the unit \"asterisk.service\" is already in line")]
    [InlineData("name = \"mysql\"\n", "name = \"vip\"\n", "group[pbx].resource[vip].name", "the resource name \"vip\" is already in line")]
    [InlineData("after = [\"vip\", \"mysql\"]", "after = [\"asterisk\"]", "group[pbx].resource[asterisk].after",
        "in a circle: asterisk after asterisk")]
    [InlineData("unit = \"mariadb.service\"", "after = [\"asterisk\"]\nunit = \"mariadb.service\"", "group[pbx].resource[mysql].after",
        "in a circle: mysql after asterisk after mysql")]
    public void Resources_against_each_other(string old, string replacement, string keyPath, string words) =>
        Expect(Config.With(old, replacement), keyPath, words, among: true);

    [Theory]
    [InlineData("", "no mount to take it from")]
    [InlineData("[[group.resource]]\nname = \"fs\"\ntype = \"mount\"\ndevice = \"/dev/x\"\ndirectory = \"/srv\"\nfstype = \"ext4\"\n",
        "expected after = [\"fs\"]")]
    public void A_bind_comes_from_a_mount_that_is_there_before(string mount, string words)
    {
        var result = Config.Plus(mount + "[[group.resource]]\nname = \"dirs\"\ntype = \"bind\"\npaths = [\"/etc/asterisk\"]");
        Assert.Contains(words, Config.Only(result).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_route_from_a_foreign_address_is_a_warning()
    {
        var result = Config.Plus(
            "[[group.resource]]\nname = \"r\"\ntype = \"source-route\"\nnetwork = \"10.0.0.0/8\"\nsource = \"192.168.1.9\"\ninterface = "
                + "\"eth0\"");
        Assert.Equal(Severity.Warning, Config.Only(result).Severity);
        Assert.NotNull(result.Config);
    }

    [Fact]
    public void Too_many_groups_are_refused()
    {
        var groups = string.Concat(Enumerable.Range(0, Limits.GroupsMax).Select(number =>
            $"[[group]]\nname = \"g{number}\"\n[[group.resource]]\nname = \"s\"\ntype = \"service\"\nunit = \"s{number}.service\"\n"));
        Expect(Config.Plus(groups), "group", $"{Limits.GroupsMax + 1} of them");
    }

    [Fact]
    public void A_watchdog_slower_than_deadtime_is_not_enough()
    {
        var problems = Config.Read(
            Config.Minimal.Replace("deadtime = \"600ms\"", "deadtime = \"5s\"", StringComparison.Ordinal)
                + "\n[watchdog]\ntimeout = \"5s\"").Problems;
        Assert.Contains(problems, problem => problem.KeyPath == "watchdog.timeout" && problem.Message.Contains(
            "5s must be more than deadtime = 5s", StringComparison.Ordinal));
    }

    /// <param name="among">The fault has consequences that are told too.</param>
    private static void Expect(ConfigResult result, string keyPath, string words, bool among = false)
    {
        Assert.Null(result.Config);
        var told = result.Problems.Where(problem => problem.Message.Contains(words, StringComparison.Ordinal)).ToArray();
        Assert.True(told.Length == 1, $"\"{words}\" is told {told.Length} times in\n{string.Join('\n', result.Problems)}");
        Assert.StartsWith(keyPath, told[0].KeyPath, StringComparison.Ordinal);
        if (!among) Assert.True(result.Problems.Length == 1, string.Join('\n', result.Problems));
    }
}
