using System.Text;
using Appliance.Agent.Devices;
using Appliance.Core.Configuration;

namespace Appliance.Agent.Tests.Devices;

/// <summary>Whose devices they are, that each is listed once, and in the order people count.</summary>
public sealed class DeviceListTests : IDisposable
{
    private const string Relay = "[device.card]\ndriver = \"lcus\"\nnode = \"pbx-a\"\nport = \"/dev/ttyUSB2\"\n";
    private const string Fos = "[device.fos]\ndriver = \"berofos\"\nnode = \"pbx-a\"\naddress = \"192.168.1.20\"\n";
    private readonly string _root = Directory.CreateTempSubdirectory("device-list-").FullName;

    [Fact]
    public void The_relay_of_the_other_node_is_not_missed_here()
    {
        var own = One(Relay, 0, "card");
        Assert.Equal((DeviceState.Missing, "lcus at /dev/ttyUSB2"), (own.State, own.Configured));
        var others = One(Relay, 1, "card");
        Assert.Equal((DeviceState.Unchecked, "lcus at pbx-a"), (others.State, others.Configured));
        // Whose machine this is is not known: what the file asks for is looked for.
        Assert.Equal(DeviceState.Missing, One(Relay, -1, "card").State);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_switch_on_the_network_belongs_to_both(int node) =>
        Assert.Equal(("berofos, 192.168.1.20", "appliance relay status fos asks it"), (
            One(Fos, node, "fos").Configured, One(Fos, node, "fos").WhatToDo));

    [Fact]
    public void What_is_configured_is_not_spare_as_well()
    {
        Write("sys/class/tty/ttyS0/device/uevent", "");
        Write("sys/class/tty/ttyS0/type", "4\n");
        Write("dev/ttyS0", "");
        Write("sys/class/watchdog/watchdog0/identity", "softdog\n");
        Write("sys/class/watchdog/watchdog1/identity", "i6300ESB timer\n");
        Write("proc/dahdi/1", "Span 1: TE2/0/1 \"card\" HDB3/CCS \n");
        Write("proc/dahdi/2", "Span 2: TE2/0/2 \"card\" HDB3/CCS \n");
        var devices = List("[[group.resource]]\nname = \"lines\"\ntype = \"dahdi\"\nwait-for = [1]\n[watchdog]\ndevice = "
            + "\"/dev/watchdog1\"\n", 0);
        Assert.Equal([("span 1", DeviceState.Ok), ("span 2", DeviceState.Spare)], Of("dahdi"));
        Assert.Equal([("[watchdog]", DeviceState.Ok), ("/dev/watchdog0", DeviceState.Spare)], Of("watchdog"));
        Assert.Equal([("/dev/ttyS0", DeviceState.Ok)], Of("serial"));

        IEnumerable<(string, string)> Of(string kind) =>
            devices.Where(device => device.Kind == kind).Select(device => (device.Name, device.State));
    }

    [Fact]
    public void The_first_watchdog_is_the_one_without_a_number()
    {
        Write("sys/class/watchdog/watchdog0/identity", "softdog\n");
        Write("sys/class/watchdog/watchdog1/identity", "i6300ESB timer\n");
        Assert.Equal("/dev/watchdog0, softdog", One("[watchdog]\ndevice = \"/dev/watchdog\"\n", 0, "[watchdog]").Found);
    }

    [Fact]
    public void Ports_are_in_the_order_people_count()
    {
        foreach (var number in new[] { 10, 2, 1 }) Write($"sys/class/tty/ttyUSB{number}/device/uevent", "");
        Assert.Equal(
            ["/dev/ttyUSB1", "/dev/ttyUSB2", "/dev/ttyUSB10"],
            List("", 0).Where(device => device is { Kind: "serial", State: DeviceState.Spare }).Select(device => device.Name));
    }

    [Fact]
    public void A_light_that_is_not_there_is_missing_and_its_neighbours_are_named()
    {
        const string Panel = "[panel]\nleds = { status = \"appliance:status\" }\n";
        Assert.Contains("has no LEDs", One(Panel, 0, "status light").WhatToDo, StringComparison.Ordinal);
        Write("sys/class/leds/input3::capslock/trigger", "none\n");
        var light = One(Panel, 0, "status light");
        Assert.Equal((DeviceState.Missing, "correct the name; there are input3::capslock"), (light.State, light.WhatToDo));
        Write("sys/class/leds/appliance:status/trigger", "none\n");
        Assert.Equal(DeviceState.Ok, One(Panel, 0, "status light").State);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private DeviceReport One(string lines, int node, string name) => List(lines, node).Single(device => device.Name == name);

    private IReadOnlyList<DeviceReport> List(string lines, int node)
    {
        var text = File.ReadAllText(RepositoryFiles.PathOf("docs", "appliance.minimal.toml")) + "\n" + lines;
        var result = ConfigReader.Read(Encoding.UTF8.GetBytes(text));
        Assert.True(result.Config is not null, string.Join('\n', result.Problems));
        return DeviceList.Of(new DeviceScene(result.Config, node, _root));
    }

    private void Write(string path, string text)
    {
        var full = Path.Combine(_root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }
}
