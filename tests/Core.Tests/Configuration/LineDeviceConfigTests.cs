using Appliance.Core.Configuration;

namespace Appliance.Core.Tests.ConfigurationTests;

/// <summary><c>[device.NAME]</c>.</summary>
public sealed class LineDeviceConfigTests
{
    private const string Everything = """
        [device.card]
        driver = "rhino-1spf"
        node = "pbx-a"
        port = "/dev/appliance/rhino"
        [device.captured]
        driver = "rhino-1spf"
        node = "pbx-b"
        port = "/dev/appliance/rhino"
        profile = "/etc/appliance/rhino.toml"
        [device.lcus]
        driver = "lcus"
        node = "pbx-b"
        port = "/dev/serial/by-id/usb-1a86-if00"
        channel = [4, 1, 3, 2]
        dwell = "500ms"
        deadline = "1s"
        [device.numato]
        driver = "numato"
        node = "pbx-a"
        port = "/dev/ttyACM0"
        relays = 16
        channel = 15
        [device.tosr]
        driver = "tosr"
        node = "pbx-a"
        port = "/dev/ttyUSB1"
        baud = 19200
        [device.rly]
        driver = "devantech"
        node = "pbx-a"
        port = "/dev/ttyACM1"
        [device.kmtronic]
        driver = "kmtronic"
        node = "pbx-a"
        port = "/dev/ttyUSB2"
        relays = 8
        channel = 8
        [device.hid]
        driver = "lcus-hid"
        node = "pbx-a"
        [device.vusb]
        driver = "usbrelay"
        node = "pbx-a"
        id = "ABCDE"
        channel = 2
        [device.ch551]
        driver = "hidrelay"
        node = "pbx-a"
        port = "/dev/hidraw3"
        [device.pins]
        driver = "ft245r"
        node = "pbx-a"
        path = "1-1.4"
        [device.pin]
        driver = "gpio"
        node = "pbx-a"
        line = "INT34C5:00:17"
        active-low = true
        [device.fos]
        driver = "berofos"
        node = "pbx-b"
        address = "192.168.1.20"
        user = "admin"
        password-file = "/etc/appliance/fos.password"
        scenario = 1
        [device.bridge]
        driver = "fonebridge"
        address = "192.168.1.254"
        interface = "eth1"
        config = "/etc/appliance/redfone.conf"
        """;

    [Fact]
    public void Every_driver_is_read()
    {
        var devices = Config.Good(Config.Plus(Everything)).Devices;
        Assert.Equal(14, devices.Length);
        Assert.Equal(
            new RelayDeviceConfig.Rhino("card", "/dev/appliance/rhino", "/usr/local/bin/rhinofailover", 0, "")
                { Node = 0, Dwell = TimeSpan.FromSeconds(2), Deadline = TimeSpan.FromSeconds(5) }, devices[0]);
        Assert.Equal("/etc/appliance/rhino.toml", Assert.IsType<RelayDeviceConfig.Rhino>(devices[1]).Profile);
        var lcus = Assert.IsType<RelayDeviceConfig.Serial>(devices[2]);
        Assert.Equal((SerialRelayFamily.Lcus, 9600, 1, 500.0, 1000.0), (
            lcus.Family, lcus.Baud, lcus.Node, lcus.Dwell.TotalMilliseconds, lcus.Deadline.TotalMilliseconds));
        Assert.Equal([1, 2, 3, 4], lcus.Channels.ToArray());
        var numato = Assert.IsType<RelayDeviceConfig.Serial>(devices[3]);
        Assert.Equal((16, 15, 0), (numato.Relays, numato.Channels[0], numato.Baud));
        Assert.Equal(19200, Assert.IsType<RelayDeviceConfig.Serial>(devices[4]).Baud);
        Assert.Equal(("ABCDE", "", 2), Assert.IsType<RelayDeviceConfig.Hid>(devices[8]) is var vusb
            ? (vusb.Id, vusb.Port, vusb.Channels[0]) : default);
        Assert.Equal("1-1.4", Assert.IsType<RelayDeviceConfig.Ft245r>(devices[10]).UsbPath);
        Assert.Equal((new GpioLineName("INT34C5:00", 17), true), Assert.IsType<RelayDeviceConfig.Gpio>(devices[11]) is var gpio
            ? (gpio.Line, gpio.ActiveLow) : default);
        Assert.Equal(("192.168.1.20", 80, "admin", 1, 1), Assert.IsType<RelayDeviceConfig.Berofos>(devices[12]) is var fos
            ? (fos.Address, fos.Port, fos.User, fos.Scenario, fos.Node) : default);
        Assert.Equal(new LineDeviceConfig.FoneBridge("bridge", "192.168.1.254", "eth1", "/etc/appliance/redfone.conf"), devices[13]);
    }

    [Fact]
    public void What_is_shown_reads_back_to_the_same()
    {
        var config = Config.Good(Config.Plus(Everything));
        var again = Config.Good(Config.Read(ConfigText.Write(config)));
        Assert.Equal(ConfigText.Write(config), ConfigText.Write(again));
        Assert.Equal(config.Digest, again.Digest);
    }

    [Theory]
    [InlineData("channel = [4, 1, 3, 2]", "channel = [4, 1, 3]")]
    [InlineData("dwell = \"500ms\"", "dwell = \"600ms\"")]
    [InlineData("relays = 16", "relays = 32")]
    [InlineData("active-low = true", "active-low = false")]
    [InlineData("scenario = 1", "scenario = 0")]
    [InlineData("id = \"ABCDE\"", "id = \"ABCDF\"")]
    [InlineData("path = \"1-1.4\"", "serial = \"A50285BI\"")]
    public void Difference_between_the_nodes_changes_the_digest(string old, string replacement) => Assert.NotEqual(
        Config.Good(Config.Plus(Everything)).Digest,
        Config.Good(Config.Plus(Everything.Replace(old, replacement, StringComparison.Ordinal))).Digest);

    [Theory]
    [InlineData("driver = \"gpio\"\nnode = \"pbx-a\"\nline = \"gpiochip0\"", "device.x.line", "write CHIP:NUMBER")]
    [InlineData("driver = \"gpio\"\nnode = \"pbx-a\"\nline = \"gpiochip0:-1\"", "device.x.line", "write CHIP:NUMBER")]
    [InlineData("driver = \"gpio\"\nnode = \"pbx-a\"\nline = \"gpiochip0:99999\"", "device.x.line", "write CHIP:NUMBER")]
    [InlineData("driver = \"gpio\"\nnode = \"pbx-a\"\nline = \"gpiochip0:05\"", "device.x.line", "write CHIP:NUMBER")]
    [InlineData("driver = \"gpio\"\nnode = \"pbx-a\"\nline = \":5\"", "device.x.line", "write CHIP:NUMBER")]
    [InlineData("driver = \"gpio\"\nnode = \"pbx-a\"\nline = \"../gpiochip0:5\"", "device.x.line", "an absolute path or a label")]
    [InlineData("driver = \"gpio\"\nnode = \"pbx-c\"\nline = \"gpiochip0:5\"", "device.x.node", "there is no node \"pbx-c\"")]
    [InlineData("driver = \"lcus\"\nnode = \"pbx-a\"\nport = \"ttyUSB0\"", "device.x.port", "expected an absolute path")]
    [InlineData("driver = \"lcus\"\nnode = \"pbx-a\"\nport = \"/dev/ttyUSB0\"\nchannel = 0", "device.x.channel", "from 1 to 8")]
    [InlineData("driver = \"lcus\"\nnode = \"pbx-a\"\nport = \"/dev/ttyUSB0\"\nchannel = []", "device.x.channel", "it is empty")]
    [InlineData("driver = \"lcus\"\nnode = \"pbx-a\"\nport = \"/dev/ttyUSB0\"\nchannel = [2, 2]", "device.x.channel", "stands twice")]
    [InlineData("driver = \"lcus\"\nnode = \"pbx-a\"\nport = \"/dev/ttyUSB0\"\nchannel = [1, 9]", "device.x.channel[2]", "from 1 to 8")]
    [InlineData("driver = \"lcus\"\nnode = \"pbx-a\"\nport = \"/dev/ttyUSB0\"\nbaud = 9601", "device.x.baud", "one of 1200")]
    [InlineData("driver = \"numato\"\nnode = \"pbx-a\"\nport = \"/dev/ttyACM0\"", "device.x.relays", "is missing")]
    [InlineData("driver = \"numato\"\nnode = \"pbx-a\"\nport = \"/dev/ttyACM0\"\nrelays = 8\nchannel = 8", "device.x.channel", "number 7")]
    [InlineData("driver = \"kmtronic\"\nnode = \"pbx-a\"\nport = \"/dev/ttyUSB0\"\nrelays = 2\nchannel = [1, 3]", "device.x.channel",
        "number 2")]
    [InlineData("driver = \"devantech\"\nnode = \"pbx-a\"\nport = \"/dev/ttyACM0\"\nbaud = 9600", "device.x.baud", "belongs to driver")]
    [InlineData("driver = \"usbrelay\"\nnode = \"pbx-a\"\nid = \"ABCD\"", "device.x.id", "five characters")]
    [InlineData("driver = \"ft245r\"\nnode = \"pbx-a\"\npath = \"1\"", "device.x.path", "bus and ports")]
    [InlineData("driver = \"ft245r\"\nnode = \"pbx-a\"\npath = \"1-2\"\nserial = \"X\"", "device.x.path", "expected one of them")]
    [InlineData("driver = \"rhino-1spf\"\nnode = \"pbx-a\"\nport = \"/dev/x\"\ntool = \"/a\"\nprofile = \"/b\"", "device.x.tool",
        "expected one of them")]
    [InlineData("driver = \"rhino-1spf\"\nnode = \"pbx-a\"\nport = \"/dev/x\"\nchannel = 1\nprofile = \"/b\"", "device.x.channel",
        "has no effect with a profile")]
    [InlineData("driver = \"rhino-1spf\"\nport = \"/dev/x\"", "device.x.node", "is missing")]
    [InlineData("driver = \"berofos\"\nnode = \"pbx-a\"\naddress = \"10.0.0.9\"\nuser = \"admin\"", "device.x.user", "password-file")]
    [InlineData("driver = \"berofos\"\nnode = \"pbx-a\"\naddress = \"192.168.1.245\"", "device.x.address", "is a service address")]
    [InlineData("driver = \"lcus\"\nnode = \"pbx-a\"\nport = \"/dev/ttyUSB0\"\ndwell = \"11m\"", "device.x.dwell", "too long")]
    public void What_cannot_be_is_told(string keys, string path, string words)
    {
        var problem = Config.Only(Config.Plus($"[device.x]\n{keys}"));
        Assert.Equal(path, problem.KeyPath);
        Assert.Contains(words, problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("driver = \"lcus\"\nnode = \"pbx-a\"\nport = \"/dev/ttyUSB0\"",
        "driver = \"tosr\"\nnode = \"pbx-a\"\nport = \"/dev/ttyUSB0\"",
        "port")]
    [InlineData("driver = \"gpio\"\nnode = \"pbx-a\"\nline = \"c:1\"", "driver = \"gpio\"\nnode = \"pbx-a\"\nline = \"c:1\"", "line")]
    [InlineData("driver = \"usbrelay\"\nnode = \"pbx-a\"\nid = \"AAAAA\"", "driver = \"usbrelay\"\nnode = \"pbx-a\"\nid = \"AAAAA\"", "id")]
    [InlineData("driver = \"hidrelay\"\nnode = \"pbx-a\"", "driver = \"hidrelay\"\nnode = \"pbx-a\"", "")]
    [InlineData("driver = \"usbrelay\"\nnode = \"pbx-a\"\nid = \"AAAAA\"", "driver = \"usbrelay\"\nnode = \"pbx-a\"", "")]
    [InlineData("driver = \"ft245r\"\nnode = \"pbx-a\"", "driver = \"ft245r\"\nnode = \"pbx-a\"\nserial = \"S\"", "")]
    [InlineData("driver = \"berofos\"\nnode = \"pbx-a\"\naddress = \"10.0.0.9\"",
        "driver = \"berofos\"\nnode = \"pbx-b\"\naddress = \"10.0.0.9\"",
        "address")]
    public void Two_devices_are_not_the_same_hardware(string first, string second, string key)
    {
        var problem = Config.Only(Config.Plus($"[device.x]\n{first}\n[device.y]\n{second}"));
        Assert.StartsWith("device.", problem.KeyPath, StringComparison.Ordinal);
        if (key.Length > 0) Assert.Equal($"device.y.{key}", problem.KeyPath);
    }

    [Fact]
    public void Both_nodes_may_have_a_port_of_the_same_name() => Config.Good(Config.Plus("""
        [device.x]
        driver = "lcus"
        node = "pbx-a"
        port = "/dev/ttyUSB0"
        [device.y]
        driver = "lcus"
        node = "pbx-b"
        port = "/dev/ttyUSB0"
        """));

    [Fact]
    public void Relay_is_not_on_the_line_of_a_heartbeat()
    {
        var problem = Config.Only(Config.Plus("[device.x]\ndriver = \"lcus\"\nnode = \"pbx-a\"\nport = \"/dev/ttyS0\""));
        Assert.Equal("device.x.port", problem.KeyPath);
        Assert.Contains("heartbeat link \"serial\"", problem.Message, StringComparison.Ordinal);
    }
}
