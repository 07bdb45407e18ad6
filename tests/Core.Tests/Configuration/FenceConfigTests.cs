using System.Text;
using Appliance.Core.Configuration;

namespace Appliance.Core.Tests.ConfigurationTests;

/// <summary>[watchdog] and [fence.NAME].</summary>
public sealed class FenceConfigTests
{
    private const string Exec = "off = [\"/bin/off\"]\nstatus = [\"/bin/status\"]\n";

    [Fact]
    public void A_watchdog_by_path_and_by_identity()
    {
        var plain = Assert.IsType<WatchdogConfig.Device>(Config.Good(Config.Plus("[watchdog]")).Watchdog);
        Assert.Equal(
            new WatchdogConfig.Device(Seconds(10), "", Seconds(30), "/dev/watchdog", TimeSpan.Zero), plain);
        var named = Assert.IsType<WatchdogConfig.Device>(Config.Good(Config.Plus(
            "[watchdog]\ndevice = \"iTCO_wdt\"\ntimeout = \"8s\"\npretimeout = \"2s\"\n"
                + "disk-probe = \"/var/lib/x\"\ndisk-deadline = \"0ms\"\n"))
            .Watchdog);
        Assert.Equal(("iTCO_wdt", Seconds(2), "/var/lib/x", TimeSpan.Zero), (named.Name, named.Pretimeout, named.DiskProbe,
            named.DiskDeadline));
    }

    [Theory]
    [InlineData("timeout = \"14s\"", "watchdog.timeout", "the peer of a node that cannot reset itself waits that long")]
    [InlineData("timeout = \"2500ms\"", "watchdog.timeout", "whole seconds")]
    [InlineData("pretimeout = \"10s\"", "watchdog.pretimeout", "counted back from there")]
    [InlineData("disk-deadline = \"500ms\"", "watchdog.disk-deadline", "busy disk")]
    [InlineData("device = \"/dev/../x\"", "watchdog.device", "")]
    [InlineData("device = \"\"", "watchdog.device", "identity")]
    [InlineData("device = \"a/b\"", "watchdog.device", "")]
    public void A_watchdog_that_cannot_be_meant_is_refused(string line, string path, string word)
    {
        var problem = Config.Only(Config.Plus($"[watchdog]\n{line}\n"));
        Assert.Equal(path, problem.KeyPath);
        Assert.Contains(word, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fence_devices_of_every_driver_in_their_order()
    {
        var config = Config.Good(Config.Plus($$"""
            [fence.last]
            driver = "exec"
            node = "pbx-b"
            order = 3
            {{Exec}}
            [fence.bmc]
            driver = "ipmi"
            node = "pbx-b"
            address = "10.9.9.9"
            user = "admin"
            password-file = "/etc/appliance/bmc"
            [fence.plug]
            driver = "agent"
            node = "pbx-a"
            order = 2
            agent = "fence_apc"
            parameters = { ip = "10.9.9.8", plug = 3 }
            hold = "0ms"
            """));
        Assert.Equal(["bmc", "plug", "last"], config.Fences.Select(fence => fence.Name));
        Assert.Equal(["bmc", "last"], config.FencesOf(1).Select(fence => fence.Name));
        var exec = Assert.IsType<FenceConfig.Exec>(config.Fences[2]);
        Assert.Equal((TimeSpan.Zero, 1, Seconds(20)), (exec.Hold, exec.Node, exec.Timeout)); // It cannot switch on.
        var agent = Assert.IsType<FenceConfig.Agent>(config.Fences[1]);
        Assert.Equal("3", agent.Parameters["plug"]);
        Assert.Equal(Seconds(3), config.Policy.FenceDelay);
        var again = Config.Good(ConfigReader.Read(Encoding.UTF8.GetBytes(ConfigText.Write(config))));
        Assert.Equal(config.Digest, again.Digest);
    }

    [Fact]
    public void A_relay_and_a_line_as_power_switches()
    {
        var config = Config.Good(Config.Plus("""
            [device.plug]
            driver = "gpio"
            node = "pbx-a"
            line = "gpiochip0:7"
            [fence.relay]
            driver = "relay"
            node = "pbx-b"
            device = "plug"
            off-position = "B"
            [fence.line]
            driver = "gpio"
            node = "pbx-a"
            line = "gpiochip0:5"
            sense = "gpiochip0:6"
            """));
        var relay = config.Fences.OfType<FenceConfig.Relay>().Single();
        Assert.Equal(("plug", Core.Lines.LinePosition.B), (relay.Device, relay.OffPosition));
        Assert.Equal("gpiochip0:6", config.Fences.OfType<FenceConfig.Gpio>().Single().Sense!.ToString());
        Assert.Equal(config.Digest, Config.Good(ConfigReader.Read(Encoding.UTF8.GetBytes(ConfigText.Write(config)))).Digest);
        Assert.Contains(
            Config.Plus("[fence.x]\ndriver = \"relay\"\nnode = \"pbx-a\"\ndevice = \"plug\"\n").Problems,
            problem => problem.Severity == Severity.Error
                && problem.Message.Contains("there is no [device.plug]", StringComparison.Ordinal));
    }

    [Fact]
    public void A_supervisor_chip_as_watchdog()
    {
        var gpio = Assert.IsType<WatchdogConfig.Gpio>(Config.Good(Config.Plus(
            "[watchdog]\ndriver = \"gpio\"\nline = \"gpiochip0:3\"\ntimeout = \"1600ms\"\n")).Watchdog);
        Assert.Equal((3, TimeSpan.FromMilliseconds(250), false), (gpio.Line.Offset, gpio.Toggle, gpio.ReleaseStops));
        Assert.Contains("half of timeout", Config.Only(Config.Plus(
            "[watchdog]\ndriver = \"gpio\"\nline = \"gpiochip0:3\"\ntimeout = \"1s\"\ntoggle = \"600ms\"\n")).Message,
            StringComparison.Ordinal);
        Assert.Contains("which is not written", Config.Only(Config.Plus("[watchdog]\nline = \"gpiochip0:3\"\n")).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("node = \"pbx-c\"", "fence.x.node", "no node")]
    [InlineData("node = \"pbx-a\"\nhold = \"5s\"", "fence.x.hold", "needs the command `on`")]
    [InlineData("node = \"pbx-a\"\norder = 10", "fence.x.order", "1 to 9")]
    [InlineData("node = \"pbx-a\"\nuser = \"x\"", "fence.x.user", "belongs to driver = \"ipmi\"")]
    public void A_fence_device_that_cannot_be_meant_is_refused(string lines, string path, string word)
    {
        var result = Config.Plus($"[fence.x]\ndriver = \"exec\"\n{Exec}{lines}\n");
        var problem = Assert.Single(result.Problems, problem => problem.Severity == Severity.Error);
        Assert.Equal(path, problem.KeyPath);
        Assert.Contains(word, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_node_without_a_device_is_worth_a_word()
    {
        var result = Config.Plus($"[fence.x]\ndriver = \"exec\"\nnode = \"pbx-a\"\n{Exec}");
        Assert.NotNull(result.Config);
        Assert.Equal(Severity.Warning, Config.Only(result).Severity);
    }

    [Fact]
    public void A_file_without_fence_devices_means_what_it_meant() =>
        Assert.DoesNotContain("fence", ConfigText.Write(Config.Good(Config.Read(Config.Minimal))), StringComparison.Ordinal);

    private static TimeSpan Seconds(int seconds) => TimeSpan.FromSeconds(seconds);
}
