using Appliance.Core.Replica;
using Appliance.Core.Replica.Wire;

namespace Appliance.Core.Tests.Replica.Wire;

/// <summary>Sealed frames: changed, repeated, left out, turned round.</summary>
public sealed class FrameCipherTests
{
    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(at => (byte)at)];
    private static readonly FrameHeader Header = new(FrameKind.Write, FrameFlags.None, 512, 1, 4096, 0);
    private readonly BlockBuffers _buffers = WireSamples.Buffers();

    [Fact]
    public void What_was_sealed_opens_and_says_nothing_of_itself()
    {
        var frames = Sealed(3);
        var reader = Reader();
        foreach (var frame in frames)
        {
            Assert.Equal(-1, frame.AsSpan(FrameText.HeaderBytes).IndexOf(new byte[16]));
            Assert.Equal(FrameStep.Frame, Next(reader, frame));
            Assert.Equal(new byte[512], _buffers.Of(reader.TakeBuffer(), 512).ToArray());
        }

        Assert.NotEqual(frames[0], frames[1]);
    }

    [Fact]
    public void A_flipped_bit_does_not_open()
    {
        var frame = Sealed(1)[0];
        for (var bit = 0; bit < frame.Length * 8; bit += 3)
        {
            var damaged = (byte[])frame.Clone();
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Equal(FrameStep.Fault, Next(Reader(), damaged));
        }

        Assert.Equal(_buffers.Count, _buffers.Available);
    }

    [Fact]
    public void Out_of_turn_or_of_the_other_direction_does_not_open()
    {
        var frames = Sealed(2);
        Assert.Equal(FrameStep.Fault, Next(Reader(), frames[1]));
        var reader = Reader();
        Assert.Equal(FrameStep.Frame, Next(reader, frames[0]));
        reader.Drop();
        Assert.Equal(FrameStep.Fault, Next(reader, frames[0]));
        var other = new FrameReader(_buffers);
        other.Begin(new FrameCipher(Key, 1));
        Assert.Equal(FrameStep.Fault, Next(other, frames[0]));
        // A frame in clear among sealed ones lacks its tag, or has a wrong one.
        Assert.Equal(FrameStep.Fault, Next(Reader(), [.. WireSamples.Write(), .. new byte[16]]));
    }

    [Fact]
    public void Sealing_and_opening_allocate_nothing()
    {
        var (writer, reader, room, payload) = (new FrameWriter(), Reader(), new byte[1024], new byte[512]);
        writer.Begin(new FrameCipher(Key, 0));
        Round(3);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Round(1000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Round(int times)
        {
            while (times-- > 0)
            {
                ReadOnlySpan<byte> bytes = room.AsSpan(0, writer.Seal(Header, payload, room));
                reader.Next(ref bytes);
                reader.Drop();
            }
        }
    }

    private FrameReader Reader()
    {
        var reader = new FrameReader(_buffers);
        reader.Begin(new FrameCipher(Key, 0));
        return reader;
    }

    private static FrameStep Next(FrameReader reader, byte[] frame)
    {
        ReadOnlySpan<byte> bytes = frame;
        return reader.Next(ref bytes);
    }

    private static byte[][] Sealed(int count)
    {
        var writer = new FrameWriter();
        writer.Begin(new FrameCipher(Key, 0));
        var frames = new byte[count][];
        for (var at = 0; at < count; at++)
        {
            frames[at] = new byte[FrameText.HeaderBytes + 512 + FrameCipher.TagBytes];
            writer.Seal(Header, new byte[512], frames[at]);
        }

        return frames;
    }
}
