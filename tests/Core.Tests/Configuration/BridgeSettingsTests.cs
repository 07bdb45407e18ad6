using Appliance.Core.Configuration;

namespace Appliance.Core.Tests.ConfigurationTests;

/// <summary>A foneBRIDGE whose settings are in appliance.toml: what is refused, and where the message points.</summary>
public class BridgeSettingsTests
{
    private const string Head = "[device.b]\ndriver = \"fonebridge\"\naddress = \"192.168.1.254\"\ninterface = \"eth1\"\n";
    private const string Span = "[device.b.span1]\nframing = \"ccs\"\n";

    [Theory]
    [InlineData("", "device.b.config", "or its settings here")]
    [InlineData("port = 2", "device.b.span1", "no other span")]
    [InlineData("config = \"/etc/redfone.conf\"\n" + Span, "device.b.span1", "found beside config")]
    [InlineData("config = \"/etc/redfone.conf\"\ndspdisabled = true", "device.b.dspdisabled", "found beside config")]
    [InlineData("config = \"/etc/redfone.conf\"\npriorities = [0, 1, 2, 3]", "device.b.priorities", "found beside config")]
    [InlineData("server = \"02:00:00:00:00:01\"\n" + Span, "device.b.server", "unknown key")]
    [InlineData("port = 0\n" + Span, "device.b.port", "a whole number from 1 to 2")]
    [InlineData("port = 3\n" + Span, "device.b.port", "a whole number from 1 to 2")]
    [InlineData("priorities = [0, 1, 2]\n" + Span, "device.b.priorities", "3 entries")]
    [InlineData("priorities = [0, 1, 2, 3, 0]\n" + Span, "device.b.priorities", "5 entries")]
    [InlineData("priorities = [0, 1, 2, 4]\n" + Span, "device.b.priorities", "the number 4")]
    [InlineData("priorities = [0, 1, 2, -1]\n" + Span, "device.b.priorities", "the number -1")]
    [InlineData("priorities = [0, 1, 2, \"3\"]\n" + Span, "device.b.priorities", "four numbers")]
    [InlineData("priorities = [0, 1, 1, 2]\n" + Span, "device.b.priorities", "priority 1 is given to two spans")]
    [InlineData("priorities = [0, 0, 1, 2]\n" + Span, "device.b.priorities", "two or three spans have priority 0")]
    [InlineData("priorities = 0\n" + Span, "device.b.priorities", "four numbers")]
    [InlineData("wplloff = 1\n" + Span, "device.b.wplloff", "true or false")]
    [InlineData("dsp = \"ALAW\"\n" + Span, "device.b.dsp", "\"ulaw\", \"alaw\" or \"off\"")]
    [InlineData("span1 = 7", "device.b.span1", "the section")]
    [InlineData("[device.b.span0]\nframing = \"ccs\"", "device.b.span0", "unknown")]
    [InlineData("[device.b.span5]\nframing = \"ccs\"", "device.b.span5", "unknown")]
    [InlineData("[device.b.span1]\ncrc4 = true", "device.b.span1.framing", "is missing")]
    [InlineData("[device.b.span1]\nframing = \"CCS\"", "device.b.span1.framing", "\"ccs\"")]
    [InlineData("[device.b.span1]\nframing = \"e1\"", "device.b.span1.framing", "\"esf\", \"sf\", \"ccs\" or \"cas\"")]
    [InlineData("[device.b.span1]\nframing = \"esf\"\nencoding = \"hdb3\"", "device.b.span1.encoding",
        "\"esf\" is a T1; expected \"b8zs\"")]
    [InlineData("[device.b.span1]\nframing = \"cas\"\nencoding = \"b8zs\"", "device.b.span1.encoding",
        "\"cas\" is an E1; expected \"hdb3\"")]
    [InlineData(Span + "j1 = true", "device.b.span1.j1", "a J1 is a T1")]
    [InlineData(Span + "J1 = true", "device.b.span1.J1", "did you mean \"j1\"?")]
    [InlineData(Span + "rbs = true", "device.b.span1.rbs", "framing = \"cas\"")]
    [InlineData(Span + "shorthaul = 5", "device.b.span1.shorthaul", "from 0 to 4")]
    [InlineData(Span + "longhaul = 4", "device.b.span1.longhaul", "from 0 to 3")]
    [InlineData(Span + "shorthaul = 1\nlonghaul = 1", "device.b.span1.longhaul", "expected one of them")]
    [InlineData("[device.b.span1]\nframing = \"esf\"\nj1 = true\nshorthaul = 1", "device.b.span1.shorthaul", "no effect on a J1")]
    [InlineData(Span + "[device.b.channels]\ndata = 16", "device.b.channels.data", "an array of channels")]
    [InlineData(Span + "[device.b.channels]\ndata = [0]", "device.b.channels.data", "the number 0")]
    [InlineData(Span + "[device.b.channels]\ndata = [125]", "device.b.channels.data", "the number 125")]
    [InlineData(Span + "[device.b.channels]\ndata = [\"120-125\"]", "device.b.channels.data", "ranges that grow")]
    [InlineData(Span + "[device.b.channels]\ndata = [\"0-3\"]", "device.b.channels.data", "ranges that grow")]
    [InlineData(Span + "[device.b.channels]\ndata = [\"5-5\"]", "device.b.channels.data", "ranges that grow")]
    [InlineData(Span + "[device.b.channels]\ndata = [\"1-2-3\"]", "device.b.channels.data", "ranges that grow")]
    [InlineData(Span + "[device.b.channels]\ndata = [\"1-\"]", "device.b.channels.data", "ranges that grow")]
    [InlineData(Span + "[device.b.channels]\ndata = [\" 1-3\"]", "device.b.channels.data", "ranges that grow")]
    [InlineData(Span + "[device.b.channels]\ndata = [\"1-3\", 3]", "device.b.channels.data", "channel 3 stands twice")]
    [InlineData(Span + "[device.b.channels]\nvoice-b = [\"1-16\"]\ndata = [16]", "device.b.channels.data", "stands in voice-b too")]
    [InlineData(Span + "[device.b.channels]\nvoiceB = [1]", "device.b.channels.voiceB", "unknown key")]
    [InlineData(
        "[device.b.span1]\nframing = \"sf\"\n[device.b.span2]\nframing = \"sf\"\n[device.b.span3]\nframing = \"sf\"\n[device.b.span4]\n"
            + "framing = \"sf\"\n[device.b.channels]\nvoice-a = [\"90-97\"]", "device.b.channels.voice-a", "there is no channel 97")]
    public void A_wrong_setting_is_named_with_its_place(string rest, string path, string words)
    {
        var result = Config.Plus(Head + rest);
        Assert.Null(result.Config);
        Assert.Contains(
            result.Problems, problem => problem.KeyPath.StartsWith(path, StringComparison.Ordinal) && problem.Line > 1
                && problem.Message.Contains(words, StringComparison.Ordinal));
    }

    [Fact]
    public void A_bridge_has_IPv4_only()
    {
        var result = Config.Plus(Head.Replace("192.168.1.254", "fd00::1", StringComparison.Ordinal) + Span);
        Assert.Contains("IPv4 only", Config.Only(result).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_place_is_line_and_column_of_the_value()
    {
        var problem = Config.Only(Config.Plus(Head + "[device.b.span1]\nframing = \"esf\"\nencoding =   \"hdb3\""));
        var lines = Config.Minimal.Split('\n').Length;
        Assert.Equal((lines + 7, 14, "device.b.span1.encoding"), (problem.Line, problem.Column, problem.KeyPath));
    }

    [Fact]
    public void What_is_shown_reads_back_to_the_same_and_every_setting_counts_in_the_digest()
    {
        const string Whole = Head + "voice-interface = \"eth2\"\nport = 2\npriorities = [1, 0, 2, 3]\nwplloff = true\ndsp = \"ulaw\"\n"
            + "dspdisabled = true\n[device.b.channels]\nvoice-a = [\"1-3\", 5]\ndata = [16]\n"
            + "[device.b.span1]\nframing = \"ccs\"\nencoding = \"ami\"\ncrc4 = true\nlonghaul = 2\n[device.b.span3]\nframing = "
                + "\"esf\"\nj1 = true\n";
        var config = Config.Good(Config.Plus(Whole));
        var again = Config.Good(Config.Read(ConfigText.Write(config)));
        Assert.Equal(ConfigText.Write(config), ConfigText.Write(again));
        Assert.Equal("eth2", Assert.IsType<LineDeviceConfig.FoneBridge>(config.Devices[0]).VoiceInterface);
        foreach (var (old, other) in new[]
        {
            ("eth2", "eth3"), ("port = 2", "port = 1"), ("[1, 0, 2, 3]", "[0, 1, 2, 3]"), ("wplloff = true", ""), ("ulaw", "off"),
            ("ulaw", "alaw"),
            ("dspdisabled = true", ""), ("\"1-3\", 5", "\"1-4\""), ("data = [16]", ""), ("\"ccs\"", "\"cas\""), ("\"ami\"", "\"hdb3\""),
            ("crc4 = true", ""), ("longhaul = 2", "longhaul = 1"), ("longhaul = 2", "shorthaul = 0"), ("j1 = true", ""), ("\"esf\"",
            "\"sf\""),
            ("span3", "span2"),
        })
            Assert.NotEqual(config.Digest, Config.Good(Config.Plus(Whole.Replace(old, other, StringComparison.Ordinal))).Digest);
    }
}
