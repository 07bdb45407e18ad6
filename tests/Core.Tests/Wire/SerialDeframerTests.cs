using Appliance.Core;
using Appliance.Core.Wire;
using FsCheck;
using FsCheck.Fluent;

namespace Appliance.Core.Tests.Wire;

public class SerialDeframerTests
{
    [Fact]
    public void Every_length_and_every_value_survives()
    {
        for (var length = 0; length <= Limits.FrameBytesMax; length++)
        {
            var frames = new[] { new byte[length], [.. Enumerable.Repeat((byte)255, length)],
                [.. Enumerable.Range(0, length).Select(value => (byte)value)] };
            foreach (var frame in frames)
            {
                var stream = Samples.Stream(frame);
                Assert.DoesNotContain((byte)0, stream[1..^1]);
                Assert.Equal([frame], Frames(stream, [stream.Length], out var noise));
                Assert.Equal(0, noise);
            }
        }
    }

    [Fact]
    public void Any_chunking_gives_the_same_frames() =>
        Prop.ForAll<byte[][], byte[], int[]>((payloads, noise, cuts) =>
        {
            var frames = payloads.Where(payload => payload is { Length: <= Limits.FrameBytesMax }).ToArray();
            byte[] stream = [.. noise ?? [], .. frames.SelectMany(Samples.Stream)];
            var whole = Frames(stream, [stream.Length], out var wholeNoise);
            var parts = Frames(stream, [.. cuts.Select(cut => Math.Abs(cut % 7) + 1)], out var partNoise);
            return whole.Count == parts.Count && whole.Zip(parts).All(pair => pair.First.SequenceEqual(pair.Second))
                && wholeNoise == partNoise;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void Noise_between_frames_costs_no_frame() =>
        Prop.ForAll<byte[], byte[]>((noise, payload) =>
        {
            byte[] stream = [.. Samples.Stream(Samples.Frame(Samples.First())), .. noise ?? [], .. Samples.Stream(payload ?? [])];
            return Frames(stream, [3], out _) is { Count: >= 2 } frames && frames[^1].SequenceEqual(payload ?? []);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void Damage_costs_at_most_the_frame_it_hits()
    {
        var frame = Samples.Frame(Samples.Full());
        var stream = Samples.Stream(frame);
        byte[] three = [.. stream, .. stream, .. stream];
        for (var at = stream.Length; at < 2 * stream.Length; at++)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                three[at] ^= (byte)(1 << bit);
                var frames = Frames(three, [16], out _);
                Assert.True(frames.Count(found => found.SequenceEqual(frame)) >= 2, $"byte {at - stream.Length} bit {bit}");
                Assert.True(frames.All(found => found.SequenceEqual(frame)), "damage passed as a frame");
                three[at] ^= (byte)(1 << bit);
            }
        }
    }

    [Fact]
    public void Lost_bytes_cost_at_most_the_frame_they_hit()
    {
        var frame = Samples.Frame(Samples.Busy());
        var stream = Samples.Stream(frame);
        for (var at = 1; at < stream.Length - 1; at++)
        {
            for (var lost = 1; at + lost < stream.Length - 1; lost += 5)
            {
                byte[] damaged = [.. stream, .. stream[..at], .. stream[(at + lost)..], .. stream];
                Assert.Equal(2, Frames(damaged, [damaged.Length], out var noise).Count);
                Assert.Equal(stream.Length - 2 - lost, noise);
            }
        }
    }

    [Fact]
    public void Endless_noise_stays_within_the_buffer_and_is_counted()
    {
        var deframer = new SerialDeframer();
        var random = new Random(3);
        var chunk = new byte[4096];
        for (var round = 0; round < 250; round++)
        {
            random.NextBytes(chunk);
            chunk.AsSpan().Replace((byte)0, (byte)1);
            ReadOnlySpan<byte> rest = chunk;
            Assert.False(deframer.TryTake(ref rest, out _));
            Assert.True(rest.IsEmpty);
        }

        Assert.Equal(250 * 4096, deframer.NoiseBytes);
        ReadOnlySpan<byte> good = Samples.Stream([1, 2, 3]);
        Assert.True(deframer.TryTake(ref good, out var frame));
        Assert.Equal([1, 2, 3], frame.ToArray());
    }

    [Fact]
    public void Random_streams_never_throw()
    {
        var deframer = new SerialDeframer();
        var random = new Random(11);
        var chunk = new byte[64];
        var found = 0;
        for (var round = 0; round < 200_000; round++)
        {
            random.NextBytes(chunk);
            for (var zero = random.Next(8); zero > 0; zero--) chunk[random.Next(chunk.Length)] = 0;
            ReadOnlySpan<byte> rest = chunk;
            while (deframer.TryTake(ref rest, out _)) found++;
        }

        Assert.Equal(0, found);
    }

    [Fact]
    public void Five_heartbeats_a_second_with_eight_groups_fit_a_19200_baud_line()
    {
        // 8N1: ten bits a byte.
        var bits = Samples.Stream(Samples.Frame(Samples.Full())).Length * 10;
        Assert.True(19200 / bits >= 12, $"{19200.0 / bits:0.0} frames a second");
    }

    private static List<byte[]> Frames(byte[] stream, int[] chunks, out long noise)
    {
        var deframer = new SerialDeframer();
        var frames = new List<byte[]>();
        var (at, turn) = (0, 0);
        while (at < stream.Length)
        {
            var size = chunks.Length == 0 ? 1 : Math.Min(Math.Max(1, chunks[turn++ % chunks.Length]), stream.Length - at);
            ReadOnlySpan<byte> rest = stream.AsSpan(at, size);
            while (deframer.TryTake(ref rest, out var frame)) frames.Add(frame.ToArray());
            at += size;
        }

        noise = deframer.NoiseBytes;
        return frames;
    }
}
