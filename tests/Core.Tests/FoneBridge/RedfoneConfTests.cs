using System.Text;
using Appliance.Core.FoneBridge;
using Appliance.Core.FoneBridge.Wire;

namespace Appliance.Core.Tests.FoneBridge;

public class RedfoneConfTests
{
    private const string Globals = "[globals]\nfb=10.99.0.2\nserver=02:aa:bb:cc:dd:01\n";
    private const string Span = "[span1]\nframing=ccs\nencoding=hdb3\n";

    [Fact]
    public void Recorded_configurations_are_read()
    {
        foreach (var name in new[] { "e1.conf", "t1.conf", "dsp.conf" })
        {
            var result = RedfoneConf.Read(RecordedSessions.Config(name));
            Assert.Empty(result.Problems);
            Assert.Equal("10.99.0.2", result.Config!.Host);
            Assert.All(result.Config.Spans, Assert.NotNull);
        }
    }

    [Fact]
    public void Channel_lists_name_channels_through_all_spans()
    {
        var config = RedfoneConf.Read(RecordedSessions.Config("dsp.conf")).Config!;
        var types = DspPlan.Types(config);
        Assert.Equal(Companding.MuLaw, config.Dsp.Companding);
        Assert.Equal("ffff7f00000000000000000000000000", Convert.ToHexStringLower(GpakFlash.Mask(types, ChannelType.VoiceA)));
        Assert.Equal("00000000ffff7f000000000000000000", Convert.ToHexStringLower(GpakFlash.Mask(types, ChannelType.VoiceB)));
        Assert.Equal("00008000000080000000000000000000", Convert.ToHexStringLower(GpakFlash.Mask(types, ChannelType.Data)));
    }

    [Theory]
    [InlineData("# a comment\n\n[globals]\nfb=bridge.example\nserver=02-aa-bb-cc-dd-01\nport=2\nwplloff\niec\n" + Span)]
    [InlineData("[Globals]\nFB=1.2.3.4\nSERVER=02:AA:BB:CC:DD:01\n[SPAN1]\nFRAMING=ccs\nDEJITTER\n")]
    [InlineData(Globals + Span + "slave\nmaster\nloopback\nrbs\ncrc4\n[dsp]\nvoiceA= 1-3\ndata=16\nvoiceB=\t17\ndsp=alaw\ndspdisabled\n")]
    [InlineData(Globals + "dsp=off\n[span1]\n[span2]\nframing=sf\nencoding=ami\nshorthaul=4\n")]
    [InlineData("[globals]\nfb=1.2.3.4\n" + Span)]
    public void What_the_vendors_client_takes_is_taken(string text)
    {
        var result = Read(text);
        Assert.Empty(result.Problems);
        Assert.NotNull(result.Config);
    }

    [Theory]
    [InlineData(Globals + "[span1]\nframing=esf\nencoding=hdb3\n", 4, "the later one wins")]
    [InlineData(Globals + "[span1]\ncrc4\n", 4, "neither framing nor encoding")]
    [InlineData(Globals + Span + "key_entry {\nSLOT_ID = 0x1;\nCUSTOMER_KEY = 0x2;\n}\n", 7, "licence keys are not loaded")]
    public void What_a_person_should_know_is_a_warning(string text, int line, string words)
    {
        var result = Read(text);
        Assert.NotNull(result.Config);
        var warning = Assert.Single(result.Problems);
        Assert.True(warning.IsWarning);
        Assert.Equal(line, warning.Line);
        Assert.Contains(words, warning.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 0, "there is no [globals]")]
    [InlineData("[globals]\nserver=02:aa:bb:cc:dd:01\n" + Span, 0, "fb= is missing")]
    [InlineData(Globals, 0, "no span is configured")]
    [InlineData(Globals + "[span1]\n", 0, "no span is configured")]
    [InlineData(Span, 1, "[span1] before [globals]")]
    [InlineData("fb=1.2.3.4\n" + Globals + Span, 1, "before any section")]
    [InlineData(Globals + Globals + Span, 4, "second time; it began in line 1")]
    [InlineData(Globals + Span + Span, 7, "second time; it began in line 4")]
    [InlineData(Globals + "[span0]\nframing=ccs\n", 4, "unknown section [span0]")]
    [InlineData(Globals + "[span5]\nframing=ccs\n", 4, "unknown section [span5]")]
    [InlineData(Globals + "[span12]\nframing=ccs\n", 4, "unknown section [span12]")]
    [InlineData(Globals + "[span1\nframing=ccs\n", 4, "unknown section [span1")]
    [InlineData(Globals + Span + "[dsp]\ndata=1\n[span2]\nframing=ccs\n", 9, "behind [dsp] of line 7")]
    [InlineData(Globals + Span + "[dsp]\ncrc4\n", 8, "it belongs into a [span]")]
    [InlineData(Globals + Span + "[dsp]\niec\n", 8, "it belongs into [globals]")]
    [InlineData(Globals + "framing=ccs\n" + Span, 4, "it belongs into a [span]")]
    [InlineData(Globals + Span + "fb=1.2.3.4\n", 7, "it belongs into [globals]")]
    [InlineData(Globals + Span + "data=1\n", 7, "it belongs into [dsp]")]
    [InlineData(Globals + "fb=1.2.3.5\n" + Span, 4, "it was set in line 2")]
    [InlineData(Globals + "[span1]\nframing=CCS\n", 5, "in lower case, found CCS")]
    [InlineData(Globals + "[span1]\nframing=\n", 5, "framing without a value")]
    [InlineData(Globals + "[span1]\nencoding=ccs\n", 5, "expected b8zs, hdb3 or ami")]
    [InlineData(Globals + "[span1]\ncrc4=1\n", 5, "expected the word crc4 alone")]
    [InlineData(Globals + "[span1]\nframing = ccs\n", 5, "a blank inside")]
    [InlineData(Globals + "[span1]\n framing=ccs\n", 5, "a blank in front")]
    [InlineData(Globals + "[span1]\nframing=ccs \n", 5, "a blank at the end")]
    [InlineData(Globals + "[span1]\nframing=ccs# E1\n", 5, "a comment behind something else")]
    [InlineData(Globals + " # note\n" + Span, 4, "a comment behind something else")]
    [InlineData(Globals + "[span1]\r\nframing=ccs\n", 4, "CR LF")]
    [InlineData(Globals + "[span1]\nframing=ccs\u00e9\n", 5, "no printable ASCII")]
    [InlineData(Globals + "[span1]\nframing=ccs\0\n", 5, "no printable ASCII")]
    [InlineData(Globals + "[span1]\nframing=ccs", 5, "does not end in a line feed")]
    [InlineData(Globals + "[span1]\nframming=ccs\n", 5, "unknown key framming")]
    [InlineData(Globals + "[span1]\nshorthaul=5\n", 5, "expected 0 to 4")]
    [InlineData(Globals + "[span1]\nlonghaul=4\n", 5, "expected 0 to 3")]
    [InlineData(Globals + "[span1]\nlonghaul=1\nshorthaul=1\n", 6, "excludes longhaul")]
    [InlineData("[globals]\nfb=a-b\n" + Span, 2, "letters, digits and dots")]
    [InlineData(Globals + "port=3\n" + Span, 4, "expected 1 or 2")]
    [InlineData("[globals]\nfb=1.2.3.4\nserver=02:aa:bb:cc:dd\n" + Span, 3, "expected a MAC address")]
    [InlineData("[globals]\nfb=1.2.3.4\nserver=02:aa:bb:cc:dd:0g\n" + Span, 3, "expected a MAC address")]
    [InlineData("[globals]\nfb=1.2.3.4\nserver=00:00:00:00:00:00\n" + Span, 3, "not zeroes")]
    [InlineData(Globals + "priorities=0,1,2\n" + Span, 4, "expected four digits")]
    [InlineData(Globals + "priorities=0,1,2,4\n" + Span, 4, "expected digits from 0 to 3, found 4")]
    [InlineData(Globals + "priorities=0,1,1,2\n" + Span, 4, "priority 1 is given to two spans")]
    [InlineData(Globals + "priorities=0,0,1,2\n" + Span, 4, "two or three spans have priority 0")]
    [InlineData(Globals + "dsp=ULAW\n" + Span, 4, "expected ulaw, alaw or off")]
    [InlineData(Globals + Span + "[dsp]\ndata=0\n", 8, "channels from 1 to 124")]
    [InlineData(Globals + Span + "[dsp]\ndata=125\n", 8, "channels from 1 to 124")]
    [InlineData(Globals + Span + "[dsp]\ndata=5-5\n", 8, "a range that grows")]
    [InlineData(Globals + Span + "[dsp]\ndata=1-2-3\n", 8, "FIRST-LAST")]
    [InlineData(Globals + Span + "[dsp]\ndata=1,2\n", 8, "FIRST-LAST")]
    [InlineData(Globals + Span + "key_entry {\nSLOT_ID = 0x1;\n", 7, "never closed")]
    public void Errors_name_line_and_what_was_expected(string text, int line, string words)
    {
        var result = Read(text);
        Assert.Null(result.Config);
        Assert.Contains(
            result.Problems,
            problem => !problem.IsWarning && problem.Line == line && problem.Message.Contains(words, StringComparison.Ordinal));
    }

    [Fact]
    public void Channel_that_no_span_has_is_named()
    {
        var t1 = string.Concat(Enumerable.Range(1, 4).Select(span => $"[span{span}]\nframing=esf\n"));
        var result = Read(Globals + t1 + "[dsp]\ndata=96\nvoiceA=90-97\n");
        var problem = Assert.Single(result.Problems);
        Assert.Equal((14, "there is no channel 97: the configured spans have fewer timeslots"), (problem.Line, problem.Message));
    }

    [Fact]
    public void Span_without_a_section_counts_as_an_E1_in_channel_lists()
    {
        var config = Read(Globals + "[span2]\nframing=ccs\n[dsp]\ndata=47\n").Config!;
        Assert.Equal("00000000008000000000000000000000", Convert.ToHexStringLower(GpakFlash.Mask(DspPlan.Types(config), ChannelType.Data)));
    }

    [Fact]
    public void All_errors_are_told_in_one_run()
    {
        var result = Read("[globals]\nfb=1.2.3.4\nport=7\n[span1]\nframing=CCS\ncrc4=1\n");
        Assert.Equal([3, 5, 6], result.Problems.Select(problem => problem.Line));
    }

    [Fact]
    public void Damaged_files_are_read_or_refused_but_never_throw()
    {
        var random = new Random(7);
        foreach (var name in new[] { "e1.conf", "dsp.conf" })
        {
            var whole = RecordedSessions.Config(name);
            for (var length = 0; length < whole.Length; length++) CheckSense(whole[..length]);
            for (var round = 0; round < 20_000; round++)
            {
                var changed = whole.ToArray();
                for (var times = random.Next(1, 4); times > 0; times--) changed[random.Next(changed.Length)] = (byte)random.Next(256);
                CheckSense(changed);
            }
        }

        CheckSense(new byte[100_000]);
    }

    private static void CheckSense(byte[] file)
    {
        var result = RedfoneConf.Read(file);
        Assert.Equal(result.Config is null, result.Problems.Any(problem => !problem.IsWarning));
        if (result.Config is { } config) Assert.Equal(64, LinkConfig.Merge(config.Spans, new byte[64]).Length);
    }

    private static RedfoneResult Read(string text) => RedfoneConf.Read(Encoding.Latin1.GetBytes(text));
}
