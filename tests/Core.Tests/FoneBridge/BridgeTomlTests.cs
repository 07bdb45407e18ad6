using System.Text;
using Appliance.Core.Configuration;
using Appliance.Core.FoneBridge;
using Appliance.Core.FoneBridge.Wire;
using Appliance.Core.Tests.ConfigurationTests;

namespace Appliance.Core.Tests.FoneBridge;

/// <summary>A redfone.conf and its TOML form are the same: the record, and every byte that a bridge is sent.</summary>
public class BridgeTomlTests
{
    private static readonly EthernetAddress Card = new(0x02aabbccdd01);

    [Theory]
    [InlineData("e1-nodsp", "e1.conf")]
    [InlineData("t1-nodsp", "t1.conf")]
    [InlineData("dspT1", "t1.conf")]
    public void Settings_in_TOML_send_what_the_vendors_client_sent(string session, string file)
    {
        var conf = GoldenSessionTests.Config(file);
        var replies = new Queue<byte[]>(RecordedSessions.Replies(session));
        var talk = new Talk(
            new ConfigureSession(Converted(conf) with { Server = conf.Server }), _ => replies.TryDequeue(out var reply) ? reply : null);
        Assert.True(talk.Play().Ok);
        Assert.Equal(RecordedSessions.Requests(session).Select(Convert.ToHexStringLower), talk.Sent.Select(Convert.ToHexStringLower));
    }

    [Theory]
    [InlineData("e1.conf")]
    [InlineData("t1.conf")]
    [InlineData("dsp.conf")]
    public void Recorded_files_mean_the_same_in_TOML(string file) => SameMeaning(RecordedSessions.Config(file));

    [Fact]
    public void The_labs_file_means_the_same_in_TOML() =>
        SameMeaning(Encoding.ASCII.GetBytes(Repository.Text("tests", "Lab", "config", "redfone.conf")));

    [Theory]
    [InlineData("port=2\nwplloff\npriorities=3,2,1,0\n[span1]\nframing=ccs\n")]
    [InlineData("priorities=0,0,0,0\ndsp=off\n[span4]\nframing=sf\nencoding=ami\nshorthaul=0\n")]
    [InlineData("priorities=1,2,3,0\n[span2]\nframing=cas\nencoding=hdb3\ncrc4\nlonghaul=3\nloopback\nslave\ndejitter\n")]
    [InlineData(
        "[span1]\nframing=esf\nencoding=b8zs\nJ1\nlonghaul=2\n[span2]\nJ1\nframing=ccs\nshorthaul=3\n[span3]\nJ1\nrbs\nframing=cas\n")]
    [InlineData("[span1]\nencoding=hdb3\n[span2]\nencoding=b8zs\n[span3]\ncrc4\n[span4]\nrbs\nframing=esf\ncrc4\n")]
    [InlineData("[span1]\nframing=cas\nencoding=b8zs\n[span2]\nframing=ccs\nrbs\n")]
    [InlineData("[span1]\nframing=esf\nshorthaul=1\n[span2]\nframing=esf\nlonghaul=1\n[span3]\nframing=esf\nlonghaul=0\n")]
    [InlineData("[span1]\nframing=ccs\n[dsp]\n")]
    [InlineData(
        "[span2]\nframing=esf\n[span4]\nframing=ccs\n[dsp]\nvoiceA=1-31\ndata=32-55\nvoiceB=54-117\ndata=60\ndsp=alaw\ndspdisabled\n")]
    [InlineData("[span1]\nframing=ccs\n[span2]\nframing=ccs\n[span3]\nframing=ccs\n[span4]\nframing=ccs\n[dsp]\nvoiceB=1-124\ndsp=ulaw\n")]
    public void Whatever_a_file_says_means_the_same_in_TOML(string rest) =>
        SameMeaning(Encoding.ASCII.GetBytes("[globals]\nfb=10.99.0.2\nserver=02:aa:bb:cc:dd:01\n" + rest));

    [Fact]
    public void Any_file_means_the_same_in_TOML_or_is_refused_with_the_span()
    {
        var random = new Random(11);
        string[] keys =
        [
            "framing=esf", "framing=sf", "framing=ccs", "framing=cas", "encoding=b8zs", "encoding=hdb3", "encoding=ami", "crc4", "J1",
            "rbs",
            "loopback", "dejitter", "slave", "shorthaul=0", "shorthaul=4", "longhaul=0", "longhaul=2",
        ];
        var refused = 0;
        for (var round = 0; round < 3000; round++)
        {
            var text = new StringBuilder("[globals]\nfb=10.99.0.2\n");
            for (var span = 1; span <= 4; span++)
            {
                if (span > 1 && random.Next(3) == 0) continue;
                text.Append($"[span{span}]\n");
                foreach (var key in random.GetItems(keys, random.Next(1, 6)).DistinctBy(key => key.Split('=')[0]))
                    text.Append(key).Append('\n');
            }

            if (RedfoneConf.Read(Encoding.ASCII.GetBytes(text.ToString())).Config is not { } conf) continue;
            if (BridgeText.Obstacle(conf) is { Length: > 0 } obstacle)
            {
                Assert.StartsWith("[span", obstacle, StringComparison.Ordinal);
                refused++;
            }
            else SameMeaning(conf);
        }

        Assert.InRange(refused, 1, 1000);
    }

    [Fact]
    public void A_span_of_two_kinds_has_no_TOML_form()
    {
        var conf = RedfoneConf.Read("[globals]\nfb=10.99.0.2\n[span2]\nframing=esf\nencoding=hdb3\n"u8).Config!;
        Assert.Contains("[span2] has framing=esf", BridgeText.Obstacle(conf), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_an_interface_the_section_asks_for_it()
    {
        var text = BridgeText.Device("bridge", null, GoldenSessionTests.Config("e1.conf"));
        Assert.Contains("\n# interface = ", text, StringComparison.Ordinal);
        Assert.Contains(Config.Plus(text).Problems, problem =>
            problem.KeyPath == "device.bridge.interface" && problem.Message.StartsWith("is missing", StringComparison.Ordinal));
    }

    private static void SameMeaning(byte[] file) => SameMeaning(RedfoneConf.Read(file).Config!);

    private static void SameMeaning(BridgeConfig conf)
    {
        var toml = Converted(conf);
        Assert.Equal((conf.Host, conf.Port, conf.Pll), (toml.Host, toml.Port, toml.Pll));
        Assert.Null(toml.Server);
        Assert.Equal(conf.Priorities.AsEnumerable(), toml.Priorities);
        Assert.Equal(conf.Spans.AsEnumerable(), toml.Spans);
        Assert.Equal((conf.Dsp.Companding, conf.Dsp.Off, conf.Dsp.Bypassed), (toml.Dsp.Companding, toml.Dsp.Off, toml.Dsp.Bypassed));
        Assert.Equal(conf.Dsp.Channels.IsDefault, toml.Dsp.Channels.IsDefault);
        if (!conf.Dsp.Channels.IsDefault) Assert.Equal(conf.Dsp.Channels.AsEnumerable(), toml.Dsp.Channels);
        foreach (var session in new[] { "e1-nodsp", "dspT1" })
        {
            byte[][] Sent(BridgeConfig config)
            {
                var bridge = PlainBridge.Of(session);
                bridge.GpakFlashBytes[128] = (byte)(DspPlan.Law(config) ?? Companding.MuLaw);
                var talk = new Talk(new ConfigureSession(config with { Server = Card }), bridge.Answer);
                Assert.True(talk.Play().Ok);
                return [.. talk.Sent];
            }

            Assert.Equal(Sent(conf).Select(Convert.ToHexStringLower), Sent(toml).Select(Convert.ToHexStringLower));
        }
    }

    /// <summary>The record that an agent has, whose file holds the section.</summary>
    private static BridgeConfig Converted(BridgeConfig conf)
    {
        var device = Config.Good(Config.Plus(BridgeText.Device("line.1", "eth1", conf))).Devices.Single();
        var bridge = Assert.IsType<LineDeviceConfig.FoneBridge>(device);
        Assert.Equal(("line.1", "eth1", "eth1", ""), (bridge.Name, bridge.Interface, bridge.VoiceInterface, bridge.Config));
        return bridge.Settings!;
    }
}
