using System.Text;
using Appliance.Core.LinuxHa;

namespace Appliance.Core.Tests.LinuxHa;

/// <summary>Messages in the stream of a serial line.</summary>
public class HaDeframerTests
{
    private const string First = ">>>\nt=status\nsrc=a\n<<<\n";
    private const string Second = ">>>\nt=starting\n<<<\n";

    [Fact]
    public void Any_chunking_gives_the_same_messages()
    {
        var stream = Encoding.ASCII.GetBytes("noise\n" + First + "\0\r\n" + Second + "half >>" + First);
        var random = new Random(1);
        for (var round = 0; round < 200; round++)
        {
            var deframer = new HaDeframer();
            var found = new List<string>();
            for (var at = 0; at < stream.Length;)
            {
                var size = Math.Min(stream.Length - at, random.Next(1, 30));
                Feed(deframer, stream.AsSpan(at, size), found);
                at += size;
            }

            Assert.Equal([First, Second, First], found);
        }
    }

    [Theory]
    [InlineData(">>>\nt=torn\n" + First)]
    [InlineData(">>>\nt=torn" + First)]
    [InlineData("<<<\n<<<\n" + First)]
    [InlineData(">\n>>\n>>>>>>\n" + First)]
    [InlineData("\r\n" + ">>>\r\nt=status\r\nsrc=a\r\n<<<\r\n")]
    public void After_damage_the_next_message_is_found(string stream)
    {
        var found = new List<string>();
        Feed(new HaDeframer(), Encoding.ASCII.GetBytes(stream), found);
        Assert.Equal(First, found[^1]);
    }

    [Fact]
    public void A_line_without_end_costs_no_memory_and_is_counted()
    {
        var deframer = new HaDeframer();
        var found = new List<string>();
        for (var round = 0; round < 100; round++) Feed(deframer, Enumerable.Repeat((byte)'x', 1000).ToArray(), found);
        Assert.InRange(deframer.NoiseBytes, 90_000, 100_000);
        Feed(deframer, Encoding.ASCII.GetBytes("\n" + First), found);
        Assert.Equal([First], found);
    }

    [Fact]
    public void A_hundred_thousand_random_bytes_break_nothing()
    {
        var random = new Random(7);
        var deframer = new HaDeframer();
        var found = new List<string>();
        var alphabet = "><\n\r\0t=a"u8.ToArray();
        for (var round = 0; round < 1000; round++)
        {
            var chunk = new byte[100];
            for (var at = 0; at < chunk.Length; at++) chunk[at] = alphabet[random.Next(alphabet.Length)];
            Feed(deframer, chunk, found);
        }

        found.Clear();
        Feed(deframer, Encoding.ASCII.GetBytes("\n" + Second), found);
        Assert.Equal(Second, found[^1]);
    }

    private static void Feed(HaDeframer deframer, ReadOnlySpan<byte> bytes, List<string> found)
    {
        while (deframer.TryTake(ref bytes, out var frame)) found.Add(Encoding.ASCII.GetString(frame));
    }
}
