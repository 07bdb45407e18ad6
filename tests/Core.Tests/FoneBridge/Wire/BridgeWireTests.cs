using System.Text;
using Appliance.Core.FoneBridge.Wire;

namespace Appliance.Core.Tests.FoneBridge.Wire;

public class BridgeWireTests
{
    [Fact]
    public void Check_value_of_the_crc() => Assert.Equal(0xE5CC, Crc16.Of(Encoding.ASCII.GetBytes("123456789")));

    [Fact]
    public void Crc_of_long_blocks()
    {
        Assert.Equal(0x1AC7, Crc16.Of([.. Enumerable.Repeat((byte)0xFF, 254)]));
        Assert.Equal(0x41E8, Crc16.Of(new byte[254]));
    }

    [Fact]
    public void Raw_frames_are_as_recorded()
    {
        Assert.Equal("0700000021260000", Hex(BridgeRequest.GetStaticInfo().ToRaw()));
        Assert.Equal("020006002a3e000000001e000001", Hex(BridgeRequest.ReadFlash(0x1E0000, 256).ToRaw()));
        Assert.Equal("0600060074f000001e0000000000", Hex(BridgeRequest.WriteFlash(30).ToRaw()));
        Assert.Equal("14010000816b0000", Hex(BridgeRequest.StartTransmit().ToRaw()));
        Assert.Equal("150006008f09000002aabbccdd01", Hex(BridgeRequest.SetDestination(1, new EthernetAddress(0x02aabbccdd01)).ToRaw()));
        Assert.Equal("0000000039e10000", Hex(RawFrame.Write(0, 0, [])));
    }

    [Fact]
    public void Raw_frame_comes_back_and_padding_is_left_out()
    {
        var frame = RawFrame.Write(7, 3, [1, 2, 3]);
        Assert.Equal([1, 2, 3], RawFrame.Read([.. frame, .. new byte[30]], out _)!.Payload);
        // Reserved bytes are covered as they arrive.
        byte[] odd = [7, 0, 0, 0, 0, 0, 0xAA, 0x55];
        var crc = Crc16.Of(odd);
        (odd[4], odd[5]) = ((byte)crc, (byte)(crc >> 8));
        Assert.NotNull(RawFrame.Read(odd, out _));
    }

    [Fact]
    public void Damaged_raw_frames_are_refused()
    {
        var frame = RawFrame.Write(0, 0, RecordedSessions.Replies("q")[0].AsSpan(2));
        for (var length = 0; length < frame.Length; length++) Assert.Null(RawFrame.Read(frame.AsSpan(0, length), out _));
        for (var bit = 0; bit < frame.Length * 8; bit++)
        {
            frame[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Null(RawFrame.Read(frame, out var problem));
            Assert.NotEmpty(problem);
            frame[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Theory]
    [InlineData(35, false)]
    [InlineData(36, true)]
    public void Firmware_knows_an_order_of_clocks_from_build_36_on(byte build, bool knows)
    {
        var bytes = RecordedSessions.Replies("e1-nodsp")[0][2..];
        (bytes[50], bytes[51]) = (build, 0);
        Assert.Equal(knows, StaticInfo.Read(bytes).HasClockOrder);
    }

    [Fact]
    public void Second_port_counts_in_the_last_octet_alone() =>
        Assert.Equal("00:50:c2:65:d0:00", new EthernetAddress(0x0050c265d0ff).Next().ToString());

    [Fact]
    public void Static_information_is_as_recorded()
    {
        var info = StaticInfo.Read(RecordedSessions.Replies("e1-nodsp")[0].AsSpan(2));
        Assert.Equal(("2.0.0", "Jan  1 2010 12:00:00"), (info.Firmware, info.Compiled));
        Assert.Equal((41, 4, 2, 32), (info.Build, info.Spans, info.Transceivers, info.FlashBlocks));
        Assert.True(info.HasClockOrder);
        Assert.False(info.HasDsp);
        Assert.Equal("00:50:c2:65:d0:02", info.Flash.Mac.ToString());
        Assert.Equal("00:50:c2:65:d0:03", info.Flash.Mac.Next().ToString());
        Assert.Equal("192.168.1.254", info.Flash.Address(1).ToString());
        Assert.Equal("192.168.1.253", info.Flash.Address(2).ToString());
        Assert.Equal("FB2TEST000000001", info.Flash.Serial);
        Assert.True(info.Flash.IsIntact);
        Assert.False(info.Flash.IsInline);
    }

    [Fact]
    public void Text_of_a_bridge_cannot_command_a_terminal()
    {
        var bytes = RecordedSessions.Replies("e1-nodsp")[0][2..];
        "\u001b[2J\u009b\n"u8.CopyTo(bytes);
        Assert.Equal("?[2J???", StaticInfo.Read(bytes).Firmware);
    }

    [Fact]
    public void Refusal_may_be_short_or_of_full_length()
    {
        var request = BridgeRequest.ReadPriorities([0, 1, 2, 3]);
        Assert.Equal(new BridgeReply.Refused(BridgeStatus.BadParameter), BridgeReply.Judge(request, [0, 7]));
        Assert.Equal(new BridgeReply.Refused(BridgeStatus.BadParameter), BridgeReply.Judge(request, [0xEE, 7, 0, 0, 0, 0]));
        Assert.IsType<BridgeReply.Done>(BridgeReply.Judge(request, [0xEE, 0, 0, 0, 0, 0]));
        Assert.IsType<BridgeReply.Nonsense>(BridgeReply.Judge(request, [0, 0]));
        Assert.IsType<BridgeReply.Nonsense>(BridgeReply.Judge(request, [0, 7, 0]));
        Assert.IsType<BridgeReply.Nonsense>(BridgeReply.Judge(request, []));
    }

    [Fact]
    public void Status_of_the_static_information_is_not_looked_at()
    {
        var reply = RecordedSessions.Replies("q")[0];
        reply[1] = 5;
        Assert.IsType<BridgeReply.Done>(BridgeReply.Judge(BridgeRequest.GetStaticInfo(), reply));
    }

    [Fact]
    public void Reply_to_another_read_is_none()
    {
        byte[] reply = [0, 0, 0x0E, 0, 0, 0, 1, 0, 9];
        Assert.IsType<BridgeReply.Nonsense>(BridgeReply.Judge(BridgeRequest.ReadLine(0, 0x0F), reply));
        Assert.IsType<BridgeReply.Done>(BridgeReply.Judge(BridgeRequest.ReadLine(0, 0x0E), reply));
    }

    [Fact]
    public void Statistics_come_back()
    {
        var read = BridgeStatistics.Read(new BridgeStatistics([1, 2], [3, uint.MaxValue], [5, 6], 500_000_000).ToBytes());
        uint[] counters = [.. read.Received, .. read.Sent, .. read.Dropped];
        Assert.Equal(new uint[] { 1, 2, 3, uint.MaxValue, 5, 6 }, counters);
        Assert.Equal(TimeSpan.FromSeconds(10), read.Uptime);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Voice_frames_come_back(int spans)
    {
        var header = new TdmoeHeader([.. Enumerable.Range(0, spans).Select(span => new TdmoeSpan((byte)(span & 1), 7, 31))]);
        var frame = header.ToFrame();
        Assert.Equal(2 + (278 * spans), frame.Length);
        Assert.Equal(header.Spans, TdmoeHeader.Read(frame)!.Spans);
        for (var length = 0; length < frame.Length; length++) Assert.Null(TdmoeHeader.Read(frame.AsSpan(0, length)));
    }

    [Fact]
    public void What_is_no_voice_frame_is_none()
    {
        var random = new Random(3);
        var frame = new TdmoeHeader([new TdmoeSpan(0, 0, 24)]).ToFrame();
        foreach (var (at, value) in new[] { (0, 0x00), (1, 0), (1, 5), (2, 7), (7, 0), (7, 32) })
        {
            var changed = frame.ToArray();
            changed[at] = (byte)value;
            Assert.Null(TdmoeHeader.Read(changed));
        }

        for (var round = 0; round < 20_000; round++)
        {
            var garbage = new byte[random.Next(1200)];
            random.NextBytes(garbage);
            if (TdmoeHeader.Read(garbage) is { } found) Assert.InRange(found.Spans.Length, 1, 4);
        }
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
