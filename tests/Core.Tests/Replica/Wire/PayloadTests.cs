using Appliance.Core.Replica;
using Appliance.Core.Replica.Disk;
using Appliance.Core.Replica.Wire;

namespace Appliance.Core.Tests.Replica.Wire;

/// <summary>Facts, generations, runs of marks and sums: there and back, and everything that they cannot be.</summary>
public sealed class PayloadTests
{
    [Fact]
    public void Facts_come_back_as_they_were_said()
    {
        var bytes = new byte[HandshakeFactsText.Bytes];
        Assert.Equal(bytes.Length, HandshakeFactsText.Write(WireSamples.SomeFacts(), bytes));
        Assert.True(HandshakeFactsText.TryRead(bytes, out var facts));
        Assert.Equal(WireSamples.SomeFacts() with { Generations = default }, facts with { Generations = default });
        var again = new byte[bytes.Length];
        HandshakeFactsText.Write(facts, again);
        Assert.Equal(bytes, again);
        for (var length = 0; length < bytes.Length; length++) Assert.False(HandshakeFactsText.TryRead(bytes.AsSpan(0, length), out _));
        Assert.False(HandshakeFactsText.TryRead([.. bytes, 0], out _));
        for (var at = 0; at < 8; at++)
        {
            var wrong = (byte[])bytes.Clone();
            wrong[at] = 0xEE;
            Assert.False(HandshakeFactsText.TryRead(wrong, out _), $"byte {at}");
        }
    }

    [Fact]
    public void Marks_come_back_in_any_portion()
    {
        var (dice, bitmap) = (new Random(4), new DirtyBitmap(100_000));
        for (var run = 0; run < 500; run++) bitmap.Set(dice.Next(90_000), dice.Next(1, 200));
        foreach (var room in new[] { 12, 23, 100, BlockBuffers.SlotBytes })
        {
            var (copy, position, bytes) = (new DirtyBitmap(bitmap.Blocks), 0L, new byte[room]);
            while (position < bitmap.Blocks)
            {
                var length = BitmapRuns.Write(bitmap, ref position, bytes);
                Assert.True(BitmapRuns.TryApply(bytes.AsSpan(0, length), copy));
            }

            Assert.Equal(bitmap.Count, copy.Count);
            for (var block = 0; block < bitmap.Blocks; block++) Assert.Equal(bitmap[block], copy[block]);
        }
    }

    [Theory]
    [InlineData("000000000000000000000000")] // No block.
    [InlineData("00000000000003E800000001")] // Behind the end.
    [InlineData("000000000000000000000400")]
    [InlineData("FFFFFFFFFFFFFFFF00000001")]
    [InlineData("0000000000000005FFFFFFFF")]
    [InlineData("00000000000000050000000100000000000000040000000100")]
    [InlineData("000000000000000500000001000000000000000400000001")] // Backwards.
    [InlineData("0000")]
    public void Marks_that_cannot_be_mark_nothing(string runs)
    {
        var bitmap = new DirtyBitmap(1000);
        Assert.False(BitmapRuns.TryApply(Convert.FromHexString(runs), bitmap));
        Assert.Equal(0, bitmap.Count);
    }

    [Fact]
    public void Sums_tell_which_blocks_differ()
    {
        var (data, other, sums) = (new byte[33 * 512], new byte[33 * 512], new byte[5 * BlockSums.SumBytes]);
        other[0] = 1;
        other[^1] = 1; // In the short block at the end.
        Assert.Equal(sums.Length, BlockSums.Write(data, sums));
        Assert.Equal(1, BlockSums.Compare(other, sums, out var differ));
        Assert.Equal((2, 0b10001), (differ, sums[0]));
    }
}
