using Appliance.Core.Replica;
using Appliance.Core.Replica.Disk;

namespace Appliance.Core.Tests.Replica.Disk;

public class IntentTextTests
{
    [Fact]
    public void What_was_written_is_read()
    {
        var block = Superblocks.IntentBlock(9, 0, 7, 8, 31_999, 32_511);
        var bits = IntentText.Read(block, out var sequence, out var problem);
        Assert.Equal("", problem);
        Assert.Equal(9u, sequence);
        Assert.NotNull(bits);
        Assert.Equal(4064, bits.Length);
        Assert.Equal((0x81, 0x01, 0x80), (bits[0], bits[1], bits[4063]));
        Assert.Equal(block, Superblocks.IntentBlock(9, 0, 7, 8, 31_999, 32_511));
    }

    [Fact]
    public void What_stood_in_the_buffer_before_does_not_matter()
    {
        var block = new byte[Geometry.BlockBytes];
        Array.Fill(block, (byte)0xee);
        IntentText.Write(new byte[IntentText.BitsBytes], 1, block);
        Assert.Equal(Superblocks.IntentBlock(1), block);
    }

    [Fact]
    public void Every_flipped_bit_is_refused()
    {
        var block = Superblocks.IntentBlock(9, 3, 4, 5);
        for (var bit = 0; bit < block.Length * 8; bit++)
        {
            block[bit >> 3] ^= (byte)(1 << (bit & 7));
            Assert.Null(IntentText.Read(block, out _, out var problem));
            Assert.NotEqual("", problem);
            block[bit >> 3] ^= (byte)(1 << (bit & 7));
        }
    }

    [Fact]
    public void Every_other_length_is_refused()
    {
        var block = Superblocks.IntentBlock(9, 3);
        for (var length = 0; length < block.Length; length++) Assert.Null(IntentText.Read(block.AsSpan(0, length), out _, out _));
    }

    [Fact]
    public void What_a_later_version_added_is_refused()
    {
        var block = Superblocks.IntentBlock(9, 3);
        block[31] = 1;
        Tear.Seal(block, 16);
        Assert.Null(IntentText.Read(block, out _, out var problem));
        Assert.Contains("newer version", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_tear_is_the_old_map_the_new_one_or_none()
    {
        var (older, newer) = (Superblocks.IntentBlock(7, 0, 5_000, 20_000, 32_000), Superblocks.IntentBlock(9, 1, 9_000, 25_000, 32_001));
        var read = new SortedSet<ulong>();
        for (var sectors = 0; sectors < 256; sectors++)
        {
            var torn = Tear.Mix(older, newer, sectors);
            if (IntentText.Read(torn, out var sequence, out _) is null) continue;
            Assert.Equal(sequence == 7 ? older : newer, torn);
            read.Add(sequence);
        }

        Assert.Equal([7, 9], read);
    }

    [Theory]
    [InlineData(0, 22)]
    [InlineData(20L << 30, 22)]
    [InlineData(32_000L << 22, 22)]
    [InlineData((32_000L << 22) + 1, 23)]
    [InlineData(1L << 40, 26)]
    [InlineData(1L << 50, 36)]
    public void A_region_is_four_mebibytes_or_as_large_as_needed(long bytes, int shift)
    {
        Assert.Equal(shift, RegionSize.ShiftFor(bytes));
        Assert.True(RegionSize.IsUsable(shift, bytes));
        Assert.True((bytes + (1L << shift) - 1) >> shift <= Geometry.RegionsMax);
    }
}
