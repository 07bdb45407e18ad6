using System.Net;
using System.Text;
using Appliance.Core.FoneBridge;
using Appliance.Core.FoneBridge.Wire;

namespace Appliance.Core.Tests.FoneBridge;

/// <summary>Our client against sessions recorded on the wire: the same bytes in the same order.</summary>
public class GoldenSessionTests
{
    [Theory]
    [InlineData("e1-nodsp", "e1.conf")]
    [InlineData("t1-nodsp", "t1.conf")]
    [InlineData("dspT1", "t1.conf")]
    public void Configuring_sends_what_the_vendors_client_sent(string name, string file)
    {
        var outcome = Replay(name, new ConfigureSession(Config(file)));
        Assert.True(outcome.Ok, outcome.Words);
        Assert.Equal(TransmitState.On, outcome.Transmit);
        Assert.Empty(outcome.Notes);
    }

    [Fact]
    public void Query_sends_what_the_vendors_client_sent()
    {
        var session = new QuerySession();
        Assert.True(Replay("q", session).Ok);
        Assert.Equal("2.0.0", session.Info!.Firmware);
        Assert.True(session.Info.HasDsp);
    }

    [Fact]
    public void Setting_the_address_sends_what_the_vendors_client_sent() =>
        Assert.True(Replay("setip", new SetAddressSession(1, IPAddress.Parse("10.99.0.77"), reset: false)).Ok);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Second_run_reprograms_nothing(bool echoes)
    {
        var bridge = PlainBridge.Of("e1-nodsp", echoes);
        Assert.True(new Talk(new ConfigureSession(Config("e1.conf")), bridge.Answer).Play().Ok);
        var again = new Talk(new ConfigureSession(Config("e1.conf")), bridge.Answer);
        Assert.True(again.Play().Ok);
        string[] commands = [.. again.Sent.Select(packet => Convert.ToHexStringLower(packet.AsSpan(0, 2)))];
        Assert.Equal(["0007", "0001", "0014", "022b", "0022", "0015", .. Jitter(), "0114"], commands);
        Assert.True(bridge.Transmits);
        Assert.Equal("02aabbccdd01", Convert.ToHexStringLower(bridge.Destination));
    }

    [Fact]
    public void Other_priorities_alone_do_not_reprogram_the_spans()
    {
        var bridge = PlainBridge.Of("e1-nodsp");
        _ = new Talk(new ConfigureSession(Config("e1.conf")), bridge.Answer).Play();
        var again = new Talk(new ConfigureSession(Config("e1.conf") with { Priorities = [1, 0, 2, 3] }), bridge.Answer);
        Assert.True(again.Play().Ok);
        Assert.Contains("002201000203", again.Sent.Select(Convert.ToHexStringLower));
        Assert.Contains("0f2201000203", again.Sent.Select(Convert.ToHexStringLower));
        Assert.DoesNotContain(again.Sent, packet => packet[0] == 0x0F && packet[1] == 1);
    }

    [Fact]
    public void Spans_without_a_section_keep_what_the_bridge_has()
    {
        var bridge = PlainBridge.Of("e1-nodsp");
        _ = new Talk(new ConfigureSession(Config("t1.conf")), bridge.Answer).Play();
        var before = bridge.Links.ToArray();
        var one = Config("e1.conf");
        _ = new Talk(new ConfigureSession(one with { Spans = [one.Spans[0], null, null, null] }), bridge.Answer).Play();
        Assert.Equal(before[16..], bridge.Links[16..]);
        Assert.NotEqual(before[..16], bridge.Links[..16]);
    }

    [Fact]
    public void Spans_are_coded_as_recorded_for_japan_and_long_lines()
    {
        var text = "[globals]\nfb=1.2.3.4\nserver=02:aa:bb:cc:dd:01\n[span1]\nframing=esf\nencoding=b8zs\nJ1\n"
            + "[span2]\nframing=esf\nencoding=ami\nshorthaul=4\n[span3]\nframing=cas\nencoding=hdb3\ncrc4\nlonghaul=0\n"
            + "[span4]\nframing=esf\nencoding=b8zs\nlonghaul=3\n";
        var config = RedfoneConf.Read(Encoding.ASCII.GetBytes(text)).Config!;
        Assert.Equal(
            "00010100000000000200000000000000" + "00000101000000000600000000000000" + "01000000010100010200000000000000"
            + "00000100000000010900000000000000",
            Convert.ToHexStringLower(LinkConfig.Merge(config.Spans, new byte[64])));
    }

    [Fact]
    public void Channels_of_four_E1_are_coded_as_recorded()
    {
        var e1 = Config("e1.conf");
        var types = DspPlan.Types(e1);
        Assert.Equal("00800000008000000000000000800000", Convert.ToHexStringLower(GpakFlash.Mask(types, ChannelType.Data)));
        Assert.Equal("ff7fff7fff7fff7fffffff7fff7fff7f", Convert.ToHexStringLower(GpakFlash.Mask(types, ChannelType.VoiceB)));
        Assert.Equal("00000080000000800000008000000080", Convert.ToHexStringLower(GpakFlash.Mask(types, ChannelType.Off)));
        Assert.Equal(Companding.ALaw, DspPlan.Law(e1));
    }

    [Fact]
    public void Another_law_is_set_and_asks_for_a_reset_with_the_lines_on()
    {
        var bridge = PlainBridge.Of("dspT1");
        bridge.GpakFlashBytes[128] = (byte)Companding.ALaw;
        var talk = new Talk(new ConfigureSession(Config("t1.conf")), bridge.Answer);
        var outcome = talk.Play();
        Assert.False(outcome.Ok);
        Assert.True(outcome.NeedsReset);
        Assert.Equal(["042103", "0114"], talk.Sent.TakeLast(2).Select(Convert.ToHexStringLower));
        Assert.True(bridge.Transmits);
    }

    [Fact]
    public void Bypassed_DSP_is_left_alone()
    {
        var config = Config("t1.conf");
        var talk = new Talk(
            new ConfigureSession(config with { Dsp = config.Dsp with { Bypassed = true } }), PlainBridge.Of("dspT1").Answer);
        Assert.True(talk.Play().Ok);
        Assert.Equal(["0007", "0014", "011701"], talk.Sent.Take(3).Select(Convert.ToHexStringLower));
        Assert.DoesNotContain(talk.Sent, packet => packet[1] is 16 or 25 or 33);
    }

    [Fact]
    public void Inline_canceller_gets_neither_destination_nor_transmit()
    {
        var info = RecordedSessions.Replies("e1-nodsp")[0][2..];
        info[86] = 1;
        var talk = new Talk(new ConfigureSession(Config("e1.conf") with { Server = null }), new PlainBridge(info).Answer);
        Assert.True(talk.Play().Ok);
        Assert.DoesNotContain(talk.Sent, packet => packet[1] is 20 or 21);
    }

    [Fact]
    public void Old_firmware_is_told_masters_and_slaves()
    {
        var info = RecordedSessions.Replies("e1-nodsp")[0][2..];
        info[50] = 35;
        var config = Config("e1.conf");
        var spans = config.Spans.SetItem(1, config.Spans[1]! with { Slave = true });
        var talk = new Talk(new ConfigureSession(config with { Spans = spans }), new PlainBridge(info).Answer);
        Assert.True(talk.Play().Ok);
        Assert.Contains("0f2201000101", talk.Sent.Select(Convert.ToHexStringLower));
    }

    [Fact]
    public void Keeping_the_configuration_comes_last()
    {
        var session = new ConfigureSession(Config("e1.conf"), KeptConfig.Clear | KeptConfig.Store);
        var talk = new Talk(session, PlainBridge.Of("e1-nodsp").Answer);
        Assert.True(talk.Play().Ok);
        Assert.Equal(["0114", "0028", "0027"], talk.Sent.TakeLast(3).Select(Convert.ToHexStringLower));
    }

    internal static BridgeConfig Config(string name)
    {
        var result = RedfoneConf.Read(RecordedSessions.Config(name));
        Assert.Empty(result.Problems);
        return result.Config!;
    }

    private static IEnumerable<string> Jitter() => Enumerable.Range(0, 4).SelectMany(span => Enumerable.Repeat($"0{span}23", 2));

    private static BridgeOutcome Replay(string name, BridgeSession session)
    {
        var replies = new Queue<byte[]>(RecordedSessions.Replies(name));
        var talk = new Talk(session, _ => replies.TryDequeue(out var reply) ? reply : null);
        var outcome = talk.Play();
        Assert.Equal(RecordedSessions.Requests(name).Select(Convert.ToHexStringLower), talk.Sent.Select(Convert.ToHexStringLower));
        Assert.NotEmpty(talk.Sent);
        Assert.Empty(replies);
        return outcome;
    }
}
