using Appliance.Core.FoneBridge.Wire;

namespace Appliance.Core.Tests.FoneBridge.Wire;

public class VoiceEvidenceTests
{
    private static readonly EthernetAddress Port = new(0x0050c265d002);
    private static readonly EthernetAddress Stranger = new(0x0050c265ffff);

    [Fact]
    public void So_many_good_frames_are_a_proof_and_fewer_are_not()
    {
        var evidence = new VoiceEvidence(Port, [31, 0], wanted: 3);
        Assert.Equal(VoiceFinding.Silence, evidence.Finding);
        Assert.Equal("no voice arrives from 00:50:c2:65:d0:02", evidence.Words);
        Assert.False(evidence.Take(Port, true, Frame(31, 24)));
        Assert.False(evidence.Take(Port, true, Frame(31, 31)));
        Assert.Equal((VoiceFinding.Few, "only 2 frames of voice arrived from 00:50:c2:65:d0:02; expected 3"), (evidence.Finding,
            evidence.Words));
        Assert.True(evidence.Take(Port, true, Frame(31, 24)));
        Assert.Equal((VoiceFinding.Arrives, "3 frames of 2 spans arrived from 00:50:c2:65:d0:02"), (evidence.Finding, evidence.Words));
    }

    [Fact]
    public void Without_expectations_any_bridge_will_do() => Assert.True(new VoiceEvidence().Take(Stranger, true, Frame(24)));

    [Theory]
    [InlineData(false, true, VoiceFinding.OtherSource, "from 00:50:c2:65:ff:ff, not from 00:50:c2:65:d0:02")]
    [InlineData(true, false, VoiceFinding.OtherNode, "only overhears")]
    [InlineData(false, false, VoiceFinding.Silence, "no voice arrives")]
    public void Who_sends_and_to_whom_counts(bool fromPort, bool forUs, VoiceFinding finding, string words)
    {
        var evidence = new VoiceEvidence(Port);
        Assert.False(evidence.Take(fromPort ? Port : Stranger, forUs, Frame(31)));
        Assert.Equal(finding, evidence.Finding);
        Assert.Contains(words, evidence.Words, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_spans_are_named()
    {
        var fewer = new VoiceEvidence(Port, [31, 31]);
        Assert.False(fewer.Take(Port, true, Frame(31)));
        Assert.Equal((VoiceFinding.OtherSpans,
            "voice arrives from 00:50:c2:65:d0:02, but its frames hold 1 spans, and span 2 is configured"),
            (fewer.Finding, fewer.Words));
        var other = new VoiceEvidence(Port, [31, 24]);
        Assert.False(other.Take(Port, true, Frame(31, 31)));
        Assert.Contains("span 2 has 31 channels; expected 24", other.Words, StringComparison.Ordinal);
        // A bridge has more spans than are used.
        Assert.True(new VoiceEvidence(Port, [31, 24, 0, 0]).Take(Port, true, Frame(31, 24)));
    }

    [Fact]
    public void What_is_no_frame_of_a_bridge_is_garbled()
    {
        var evidence = new VoiceEvidence(Port);
        Assert.False(evidence.Take(Port, true, []));
        Assert.False(evidence.Take(Port, true, [0x00, 0x01, 8, 0, 0, 0, 0, 31])); // One span of DAHDI's plain "eth".
        Assert.False(evidence.Take(Port, true, Frame(31).AsSpan()[..^1]));
        Assert.Equal(VoiceFinding.Garbled, evidence.Finding);
    }

    [Fact]
    public void The_most_telling_finding_stays()
    {
        var evidence = new VoiceEvidence(Port, [31], wanted: 2);
        evidence.Take(Port, true, Frame(24));
        evidence.Take(Stranger, true, Frame(31));
        evidence.Take(Port, false, Frame(31));
        Assert.Equal(VoiceFinding.OtherSpans, evidence.Finding);
        evidence.Take(Port, true, Frame(31));
        Assert.Equal(VoiceFinding.Few, evidence.Finding);
        Assert.True(evidence.Take(Port, true, Frame(31)));
        evidence.Take(Port, true, Frame(24));
        Assert.Equal(VoiceFinding.Arrives, evidence.Finding);
    }

    private static byte[] Frame(params int[] channels) =>
        new TdmoeHeader([.. channels.Select(count => new TdmoeSpan(0, 0, (ushort)count))]).ToFrame();
}
