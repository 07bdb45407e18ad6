using Appliance.Core.Configuration;

namespace Appliance.Core.Tests.ConfigurationTests;

public sealed class ConfigTextTests
{
    private const string Everything = """

        [[group.resource]]
        name = "fs"
        type = "mount"
        device = "/dev/disk/by-label/a\\b"
        directory = "/srv/data"
        fstype = "ext4"
        options = "noatime,\"quoted\""
        start-timeout = "61s"
        [[group.resource]]
        name = "dirs"
        type = "bind"
        after = ["fs"]
        paths = ["/etc/asterisk", "/var/lib/mysql"]
        [[group.resource]]
        name = "route"
        type = "source-route"
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
        parameters = { ip = "192.168.1.246", "odd key" = "a\tb \"c\" ü" }
        probe = { type = "exec", command = ["/bin/true"] }
        [[group.resource]]
        name = "own"
        type = "exec"
        start = ["/bin/sh", "-c", "echo \"hi\" \\ \u007f"]
        stop = ["/bin/true"]
        monitor = ["/bin/true"]
        restarts = { max = 0, within = "90m", delay = "0ms", delay-max = "1h" }
        probe = { type = "http", path = "/a?b=\"c\"", status = 204, port = 8080 }
        [[group.resource]]
        name = "lines"
        type = "dahdi"
        modules = ["dahdi", "wct4xxp"]
        wait-for = [2, 1]
        alarms = "warn"
        unload = true
        probe = { type = "dahdi", spans = [1, 2], misses = 3 }
        [[group]]
        name = "second"
        preferred = "pbx-b"
        failback = "daily 23:30-04:00"
        [[group.resource]]
        name = "v6"
        type = "ip"
        address = "fd00::245/64"
        interface = "eth0"
        [[group.resource]]
        name = "db"
        type = "service"
        unit = "db.service"
        probe = { type = "mysql", host = "127.0.0.1", user = "probe", password-file = "/etc/appliance/pw", write = true }
        [[group.resource]]
        name = "sip"
        type = "service"
        unit = "sip@1.service"
        probe = { type = "asterisk", layers = ["sip", "ami", "tasks"], sip = "udp:[fd00::245]:5062", ami = "[fd00::1]:503", tasks-max = 50 }
        [[heartbeat.link]]
        name = "third"
        type = "udp"
        interface = "eth2"
        broadcast = true
        port = 695
        [witness]
        address = "192.168.1.9"
        port = 700
        """;

    [Fact]
    public void The_written_text_reads_back_to_the_same()
    {
        foreach (var file in new[] { Config.Minimal, Config.Minimal + Everything })
        {
            var config = Config.Good(Config.Read(file));
            var again = Config.Good(Config.Read(ConfigText.Write(config)));
            Assert.Equal(ConfigText.Write(config), ConfigText.Write(again));
            Assert.Equal(config.Digest, again.Digest);
        }
    }

    [Theory]
    [InlineData("never")]
    [InlineData("when-synced")]
    [InlineData("90m")]
    [InlineData("daily 03:00-04:00")]
    public void Failback_reads_back(string failback)
    {
        var config = Config.Good(Config.With("name = \"pbx\"\n", $"name = \"pbx\"\npreferred = \"pbx-a\"\nfailback = \"{failback}\"\n"));
        Assert.Equal(config.Groups[0].Failback, Config.Good(Config.Read(ConfigText.Write(config))).Groups[0].Failback);
        Assert.Contains($"failback = \"{failback}\"", ConfigText.Write(config), StringComparison.Ordinal);
    }

    [Fact]
    public void The_digest_is_of_the_meaning_not_of_the_spelling()
    {
        var digest = Config.Good(Config.Read(Config.Minimal)).Digest;
        Assert.Equal(digest, Config.Good(Config.Read("# a comment\n" + Config.Minimal)).Digest);
        Assert.Equal(digest, Config.Good(Config.With("deadtime = \"600ms\"", "warntime = \"300ms\"\ndeadtime = \"600ms\"")).Digest);
        Assert.Equal(digest, Config.Good(Config.With("{ pbx-a = \"10.1.1.1\", pbx-b = \"10.1.1.2\" }",
            "{ pbx-b = \"10.1.1.2\", pbx-a = \"10.1.1.1\" }")).Digest);
        Assert.NotEqual(digest, Config.Good(Config.With("deadtime = \"600ms\"", "deadtime = \"700ms\"")).Digest);
    }

    [Fact]
    public void The_digest_is_pinned_because_two_versions_must_agree_on_it() =>
        Assert.Equal("4fec5e3b", $"{Config.Good(Config.Read(Config.Minimal)).Digest:x8}");
}
