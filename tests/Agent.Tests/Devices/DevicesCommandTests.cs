using System.Text.Json;
using Appliance.Agent.Tests.Commands;

namespace Appliance.Agent.Tests.Devices;

/// <summary>The list of devices of a machine made of files.</summary>
public sealed class DevicesCommandTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("panel-devices-").FullName;
    private readonly string _config;

    public DevicesCommandTests()
    {
        Write("sys/class/watchdog/watchdog0/identity", "i6300ESB timer\n");
        Write("sys/class/watchdog/watchdog0/timeout", "30\n");
        Port("ttyS0", "4");
        Port("ttyS1", "0");
        Port("ttyUSB0", null);
        Write("dev/ttyUSB0", "");
        Link("dev/serial/by-id/usb-FTDI_FT232R_A5-if00-port0", "../../ttyUSB0");
        Write("sys/bus/gpio/devices/gpiochip0/dev", "254:0\n");
        Write("sys/class/i2c-dev/i2c-1/name", "bcm2835 (i2c@7e804000)\n");
        Write("sys/class/leds/appliance:status/trigger", "none kbd-scrolllock [timer] heartbeat\n");
        Write("sys/class/hidraw/hidraw0/device/uevent", "DRIVER=hid-generic\nHID_ID=0003:000016C0:000005DF\nHID_NAME=dcttech USBRelay2\n");
        Write("proc/dahdi/1", "Span 1: TE2/0/1 \"card\" HDB3/CCS RED \n\n\t   1 TE2/0/1/1 Clear \n");
        _config = Path.Combine(_root, "appliance.toml");
        File.WriteAllText(_config, File.ReadAllText(RepositoryFiles.PathOf("docs", "appliance.minimal.toml")));
    }

    [Fact]
    public void What_is_found_is_listed_with_its_own_words()
    {
        Write("dev/ttyS0", "");
        var run = CommandLine.Run("devices", "--root", _root, "--config", _config);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        foreach (var words in new[]
        {
            "/dev/watchdog0", "i6300ESB timer, 30 s", "usb-FTDI_FT232R_A5-if00-port0", "/dev/gpiochip0", "bcm2835", "trigger timer",
            "dcttech USBRelay2 (16c0:05df)", "TE2/0/1 HDB3/CCS, RED", "heartbeat link serial, 115200 baud",
        })
            Assert.Contains(words, run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("ttyS1", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_configured_port_that_is_not_there_is_missing_and_the_exit_code_says_so()
    {
        var run = CommandLine.Run("devices", "--root", _root, "--config", _config);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("missing: plug the cable's adapter in", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stable_name_leads_to_the_port_behind_it()
    {
        File.WriteAllText(_config, File.ReadAllText(_config)
            .Replace("/dev/ttyS0", "/dev/serial/by-id/usb-FTDI_FT232R_A5-if00-port0", StringComparison.Ordinal));
        var run = CommandLine.Run("devices", "--root", _root, "--config", _config, "--json");
        Assert.Equal(0, run.ExitCode);
        using var json = JsonDocument.Parse(run.Output);
        var port = json.RootElement.GetProperty("devices").EnumerateArray()
            .Single(device => device.GetProperty("configured").GetString()!.StartsWith("heartbeat link", StringComparison.Ordinal));
        Assert.Equal("ok", port.GetProperty("state").GetString());
        Assert.StartsWith("/dev/ttyUSB0", port.GetProperty("found").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Spans_that_a_probe_asks_for_are_wanted()
    {
        Write("dev/ttyS0", "");
        File.AppendAllText(_config, "\n[[group.resource]]\nname = \"lines\"\ntype = \"dahdi\"\nwait-for = [1]\n"
            + "probe = { type = \"dahdi\", spans = [1, 2] }\n");
        var run = CommandLine.Run("devices", "--root", _root, "--config", _config);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("pbx/lines, probe of pbx/lines", run.Output, StringComparison.Ordinal);
        Assert.Contains("missing: load the card's driver, or correct the number", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("device = \"/dev/watchdog\"", 0, "i6300ESB timer, 30 s")]
    [InlineData("device = \"i6300ESB timer\"", 0, "/dev/watchdog0")]
    [InlineData("device = \"/dev/watchdog7\"", 1, "missing: correct its name; there are /dev/watchdog0")]
    public void A_watchdog_is_found_by_path_or_identity(string line, int exitCode, string words)
    {
        Write("dev/ttyS0", "");
        File.AppendAllText(_config, $"\n[watchdog]\n{line}\n");
        var run = CommandLine.Run("devices", "--root", _root, "--config", _config);
        Assert.Equal(exitCode, run.ExitCode);
        Assert.Contains(words, run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Relays_bridges_and_fences_of_the_configuration_are_listed()
    {
        Write("dev/ttyS0", "");
        File.AppendAllText(_config, """

            [device.card]
            driver = "lcus"
            node = "pbx-a"
            port = "/dev/appliance/rhino"
            [device.bridge]
            driver = "fonebridge"
            address = "192.168.1.254"
            interface = "eth1"
            config = "/etc/redfone.conf"
            """);
        var run = CommandLine.Run("devices", "--root", _root, "--config", _config);
        Assert.Contains("lcus at /dev/appliance/rhino", run.Output, StringComparison.Ordinal);
        Assert.Contains("missing: plug it in", run.Output, StringComparison.Ordinal);
        Assert.Contains("appliance fonebridge query --address 192.168.1.254", run.Output, StringComparison.Ordinal);
        Write("dev/ttyUSB3", "");
        Link("dev/appliance/rhino", "../ttyUSB3");
        Assert.Contains("/dev/ttyUSB3", CommandLine.Run("devices", "--root", _root, "--config", _config).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_usable_file_nothing_is_missing_and_a_note_says_why()
    {
        File.WriteAllText(_config, "[cluster\n");
        var run = CommandLine.Run("devices", "--root", _root, "--config", _config);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("appliance config check says why", run.Error, StringComparison.Ordinal);
        Assert.Contains("nowhere.toml", CommandLine.Run("devices", "--root", _root, "--config", "/nowhere.toml").Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_machine_has_nothing() =>
        Assert.Contains("no device", CommandLine.Run("devices", "--root", "/nowhere", "--config", "/nowhere.toml").Output,
            StringComparison.Ordinal);

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private void Port(string name, string? type)
    {
        Write($"sys/class/tty/{name}/device/uevent", "");
        if (type is not null) Write($"sys/class/tty/{name}/type", type + "\n");
    }

    private void Write(string path, string text)
    {
        var full = Path.Combine(_root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }

    private void Link(string path, string target)
    {
        var full = Path.Combine(_root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.CreateSymbolicLink(full, target);
    }
}
