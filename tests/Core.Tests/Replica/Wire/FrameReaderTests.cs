using Appliance.Core.Replica;
using Appliance.Core.Replica.Wire;

namespace Appliance.Core.Tests.Replica.Wire;

/// <summary>Frames from a stream that is cut anywhere, damaged anywhere, or was never ours.</summary>
public sealed class FrameReaderTests
{
    private readonly BlockBuffers _buffers = WireSamples.Buffers();

    [Fact]
    public void Crc_is_the_one_of_the_standard() => // RFC 3720 B.4: thirty-two zeroes, ones, and a count.
        Assert.Equal(
            [0x8A9136AAu, 0x62A8AB43u, 0x46DD794Eu, 0xE3069283u],
            new[]
            {
                FrameText.Crc32C(new byte[32]), FrameText.Crc32C([.. Enumerable.Repeat((byte)0xFF, 32)]),
                FrameText.Crc32C([.. Enumerable.Range(0, 32).Select(at => (byte)at)]), FrameText.Crc32C("123456789"u8),
            });

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(40)]
    [InlineData(41)]
    [InlineData(100_000)]
    public void Any_cut_of_the_stream_gives_the_same_frames(int piece)
    {
        byte[] stream = [.. WireSamples.Ack(), .. WireSamples.Write(), .. WireSamples.Facts(), .. WireSamples.Ack()];
        var (reader, kinds) = (new FrameReader(_buffers), new List<FrameKind>());
        for (var at = 0; at < stream.Length; at += piece)
        {
            ReadOnlySpan<byte> bytes = stream.AsSpan(at, Math.Min(piece, stream.Length - at));
            while (reader.Next(ref bytes) == FrameStep.Frame) Take(reader, kinds);
        }

        Assert.Equal([FrameKind.Ack, FrameKind.Write, FrameKind.Facts, FrameKind.Ack], kinds);
        Assert.Equal(_buffers.Count, _buffers.Available);
    }

    [Fact]
    public void A_flipped_bit_is_always_noticed()
    {
        foreach (var frame in new[] { WireSamples.Write(), WireSamples.Ack() })
        {
            for (var bit = 0; bit < frame.Length * 8; bit++)
            {
                var damaged = (byte[])frame.Clone();
                damaged[bit / 8] ^= (byte)(1 << (bit % 8));
                ReadOnlySpan<byte> bytes = damaged;
                var reader = new FrameReader(_buffers);
                Assert.Equal(FrameStep.Fault, reader.Next(ref bytes));
                Assert.NotEmpty(reader.Fault);
                Assert.Equal(FrameStep.Fault, reader.Next(ref bytes)); // And stays so.
            }
        }

        Assert.Equal(_buffers.Count, _buffers.Available);
    }

    [Fact]
    public void A_cut_frame_is_never_a_frame()
    {
        var frame = WireSamples.Write();
        for (var length = 0; length < frame.Length; length++)
        {
            ReadOnlySpan<byte> bytes = frame.AsSpan(0, length);
            var reader = new FrameReader(_buffers);
            Assert.Equal(FrameStep.More, reader.Next(ref bytes));
            reader.Drop();
        }

        Assert.Equal(_buffers.Count, _buffers.Available);
    }

    [Theory]
    [InlineData(FrameKind.Write, 0, 0, 0, 0)] // Nothing to write.
    [InlineData(FrameKind.Write, 513, 0, 0, 0)] // No whole sector.
    [InlineData(FrameKind.Write, 512, 100, 0, 0)]
    [InlineData(FrameKind.Write, 512, -512, 0, 0)]
    [InlineData(FrameKind.Write, 512, long.MaxValue - 511, 0, 0)]
    [InlineData(FrameKind.Write, 512, 0, 0, 2)] // A write does not discard.
    [InlineData(FrameKind.Ack, 8, 0, 1, 0)] // Payload where there is none.
    [InlineData(FrameKind.Zeroes, 0, 0, 0, 0)]
    [InlineData(FrameKind.Zeroes, 0, 0, (64 << 20), 0)]
    [InlineData(FrameKind.Facts, 12, 0, 0, 0)]
    [InlineData((FrameKind)200, 0, 0, 0, 0)]
    [InlineData((FrameKind)0, 0, 0, 0, 0)]
    [InlineData(FrameKind.Hello, 60, 0, 0, 0)] // In the wrong place: greeted already.
    [InlineData(FrameKind.Ping, 0, 0, 0, 64)]
    [InlineData(FrameKind.ResyncWant, 5, 0, 0, 0)]
    public void What_a_kind_cannot_be_is_refused(FrameKind kind, int length, long offset, ulong aux, byte flags)
    {
        ReadOnlySpan<byte> bytes = WireSamples.Frame(new FrameHeader(kind, (FrameFlags)flags, 0, 0, offset, aux), new byte[length]);
        Assert.Equal(FrameStep.Fault, new FrameReader(_buffers).Next(ref bytes));
    }

    [Fact]
    public void Lengths_at_the_limit()
    {
        ReadOnlySpan<byte> most = WireSamples.Frame(
            new FrameHeader(FrameKind.ResyncData, FrameFlags.None, 0, 0, 0, 0), new byte[BlockBuffers.SlotBytes]);
        Assert.Equal(FrameStep.Frame, new FrameReader(_buffers).Next(ref most));
        var head = new byte[FrameText.HeaderBytes];
        foreach (var length in new[] { BlockBuffers.SlotBytes + 512, int.MaxValue, -1 })
        {
            FrameText.Write(new FrameHeader(FrameKind.ResyncData, FrameFlags.None, length, 0, 0, 0), 0, head);
            ReadOnlySpan<byte> bytes = head;
            Assert.Equal(FrameStep.Fault, new FrameReader(_buffers).Next(ref bytes));
        }
    }

    [Fact]
    public void Without_a_buffer_it_waits_and_goes_on()
    {
        var taken = new List<int>();
        while (_buffers.TryTake(BufferUse.Link, out var slot)) taken.Add(slot);
        var reader = new FrameReader(_buffers);
        ReadOnlySpan<byte> bytes = WireSamples.Write();
        Assert.Equal(FrameStep.NoBuffer, reader.Next(ref bytes));
        Assert.Equal(FrameStep.NoBuffer, reader.Next(ref bytes));
        _buffers.Release(taken[0]);
        Assert.Equal(FrameStep.Frame, reader.Next(ref bytes));
    }

    [Fact]
    public void Noise_never_throws_and_is_never_a_frame()
    {
        var dice = new Random(1);
        var noise = new byte[300];
        for (var round = 0; round < 20_000; round++)
        {
            dice.NextBytes(noise);
            if (round % 2 == 0) (noise[0], noise[1]) = (0xA9, 0xD1);
            ReadOnlySpan<byte> bytes = noise;
            Assert.Equal(FrameStep.Fault, new FrameReader(_buffers).Next(ref bytes));
        }
    }

    [Fact]
    public void Reading_and_writing_allocate_nothing()
    {
        var (frame, reader, head) = (WireSamples.Write(), new FrameReader(_buffers), new byte[FrameText.HeaderBytes]);
        Round(3);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Round(1000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Round(int times)
        {
            while (times-- > 0)
            {
                ReadOnlySpan<byte> bytes = frame;
                reader.Next(ref bytes);
                _buffers.Release(reader.TakeBuffer());
                FrameWriter.Write(reader.Header, frame.AsSpan(FrameText.HeaderBytes), head);
            }
        }
    }

    private void Take(FrameReader reader, List<FrameKind> kinds)
    {
        kinds.Add(reader.Header.Kind);
        var buffer = reader.TakeBuffer();
        if (buffer == BlockBuffers.None) return;
        if (reader.Header.Kind == FrameKind.Write)
            Assert.Equal(WireSamples.Write()[FrameText.HeaderBytes..], _buffers.Of(buffer, 512).ToArray());
        _buffers.Release(buffer);
    }
}
