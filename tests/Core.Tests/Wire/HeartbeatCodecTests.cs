using Appliance.Core;
using Appliance.Core.Cluster;
using Appliance.Core.Wire;

namespace Appliance.Core.Tests.Wire;

public class HeartbeatCodecTests
{
    [Fact]
    public void What_is_encoded_is_decoded()
    {
        foreach (var said in new[] { Samples.First(), Samples.Busy(), Samples.Full() })
        {
            Assert.True(HeartbeatCodec.TryDecode(Content(said), out var heard));
            Assert.True(Samples.Same(said, heard));
            for (var number = 0; number < said.GroupCount; number++) Assert.Equal(said.Groups[number], heard.Groups[number]);
        }
    }

    [Fact]
    public void Every_truncation_and_every_trailing_byte_is_refused()
    {
        foreach (var said in new[] { Samples.First(), Samples.Busy(), Samples.Full() })
        {
            var content = Content(said);
            for (var length = 0; length < content.Length; length++) Assert.False(
                HeartbeatCodec.TryDecode(content.AsSpan(0, length), out _));
            for (var more = 1; more <= 32; more++) Assert.False(HeartbeatCodec.TryDecode([.. content, .. new byte[more]], out _));
        }
    }

    [Theory]
    [InlineData(8, 3)] // sender
    [InlineData(9, 64)] // reserved flag
    [InlineData(9, 128)]
    [InlineData(47, 3)] // more pings seen than known
    [InlineData(48, 9)] // more pings than there can be
    [InlineData(49, 9)] // more groups than there can be
    [InlineData(50, 6)] // role
    [InlineData(51, 8)] // data standing
    [InlineData(52, 16)] // reserved group bits
    [InlineData(52, 32)]
    [InlineData(52, 64)]
    [InlineData(52, 128)]
    [InlineData(57, 2)] // vote for a node that cannot be
    [InlineData(58, 4)] // score above 1000
    public void Value_that_this_version_does_not_know_is_refused(int offset, byte value)
    {
        var content = Content(Samples.Busy());
        content[offset] = value;
        Assert.False(HeartbeatCodec.TryDecode(content, out _));
    }

    [Theory]
    [InlineData(LineStanding.None, 0)]
    [InlineData(LineStanding.Unknown, 4)]
    [InlineData(LineStanding.Here, 8)]
    [InlineData(LineStanding.There, 12)]
    public void Where_the_telephone_lines_are_is_two_bits_of_the_group(LineStanding line, byte bits)
    {
        var said = Samples.Busy();
        said.Groups[1] = said.Groups[1] with { Line = line };
        var content = Content(said);
        Assert.Equal(bits, content[62] & 0x0C);
        Assert.True(HeartbeatCodec.TryDecode(content, out var heard));
        Assert.Equal(line, heard.Groups[1].Line);
        Assert.Equal(said.Groups[0], heard.Groups[0]);
    }

    [Fact]
    public void Zero_incarnation_and_zero_sequence_are_refused()
    {
        Assert.False(HeartbeatCodec.TryDecode(Content(Samples.Busy() with { Incarnation = 0 }), out _));
        Assert.False(HeartbeatCodec.TryDecode(Content(Samples.Busy() with { Sequence = 0 }), out _));
    }

    [Fact]
    public void Longest_heartbeat_has_the_size_the_document_gives()
    {
        Assert.Equal(146, Samples.Frame(Samples.Full()).Length);
        Assert.Equal(66, Samples.Frame(Samples.First()).Length);
    }

    private static byte[] Content(in Heartbeat heartbeat)
    {
        var frame = new byte[FrameLayout.FrameSizeMax];
        return frame[..HeartbeatCodec.Encode(heartbeat, Samples.Cluster, frame)];
    }
}
