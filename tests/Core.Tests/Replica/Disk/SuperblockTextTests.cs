using System.Buffers.Binary;
using Appliance.Core.Replica;
using Appliance.Core.Replica.Disk;

namespace Appliance.Core.Tests.Replica.Disk;

public class SuperblockTextTests
{
    [Fact]
    public void What_was_written_is_read()
    {
        var written = Superblocks.Alone();
        var read = SuperblockText.Read(Superblocks.Block(written), out var problem);
        Assert.Equal("", problem);
        Assert.Equal(written, read);
        Assert.NotEqual(written, read! with { Generations = read.Generations with { History = read.Generations.History.Push(1) } });
    }

    [Fact]
    public void Every_flipped_bit_is_refused()
    {
        var block = Superblocks.Block(Superblocks.Alone());
        for (var bit = 0; bit < block.Length * 8; bit++)
        {
            block[bit >> 3] ^= (byte)(1 << (bit & 7));
            Assert.True(SuperblockText.Read(block, out var problem) is null, $"bit {bit} was not missed");
            Assert.NotEqual("", problem);
            block[bit >> 3] ^= (byte)(1 << (bit & 7));
        }

        Assert.NotNull(SuperblockText.Read(block, out _));
    }

    [Fact]
    public void Every_other_length_is_refused()
    {
        var block = Superblocks.Block(Superblocks.Alone());
        for (var length = 0; length < block.Length; length++)
            Assert.Null(SuperblockText.Read(block.AsSpan(0, length), out _));
        Assert.Null(SuperblockText.Read([.. block, 0], out _));
    }

    [Fact]
    public void A_later_format_is_refused_by_name()
    {
        Assert.Null(SuperblockText.Read(Changed(block => block[8] = 2), out var problem));
        Assert.Contains("newer version", problem, StringComparison.Ordinal);
        Assert.Null(SuperblockText.Read(Changed(block => block[16] = 1), out problem));
        Assert.Contains("features", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_compatible_feature_and_its_space_do_not_matter() =>
        Assert.NotNull(SuperblockText.Read(Changed(block => (block[24], block[2000]) = (1, 77)), out _));

    /// <summary>Values that a checksum cannot find: each at its offset.</summary>
    [Theory]
    [InlineData(168, 2, "node")]
    [InlineData(169, 9, "disk state")]
    [InlineData(170, 11, "regions")]
    [InlineData(170, 41, "regions")]
    [InlineData(171, 1, "regions")]
    [InlineData(173, 2, "flags")]
    [InlineData(127, 0x80, "size")]
    [InlineData(120, 1, "size")]
    [InlineData(125, 6, "size")]
    [InlineData(135, 0x80, "capacity")]
    [InlineData(135, 0x7f, "capacity")]
    [InlineData(128, 1, "capacity")]
    [InlineData(143, 0x80, "peer")]
    [InlineData(8, 0, "format number")]
    public void Content_that_cannot_be_is_refused(int at, byte value, string word)
    {
        Assert.Null(SuperblockText.Read(Changed(block => block[at] = value), out var problem));
        Assert.Contains(word, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Random_blocks_with_good_checksums_are_refused_or_read_without_harm()
    {
        var random = new Random(3);
        for (var round = 0; round < 20_000; round++)
        {
            var read = SuperblockText.Read(Changed(block => random.NextBytes(block.AsSpan(32, 288))), out var problem);
            Assert.Equal(read is null, problem.Length > 0);
        }
    }

    [Fact]
    public void An_empty_block_is_not_damage()
    {
        Assert.Null(SuperblockText.Read(new byte[Geometry.BlockBytes], out var problem));
        Assert.Equal("it is empty", problem);
        Assert.False(SuperblockText.IsMarked(new byte[Geometry.BlockBytes]));
        Assert.True(SuperblockText.IsMarked(Superblocks.Block(Superblocks.Alone())));
    }

    /// <summary>Power fails while a slot is written: any of its eight sectors may be new or old. The other slot stays, and this one is the
    /// old superblock, the new one, or none.</summary>
    [Fact]
    public void Every_tear_of_a_slot_leaves_the_old_or_the_new_superblock()
    {
        var (older, newer) = (Superblocks.Block(Superblocks.Alone(41)), Superblocks.Block(Superblocks.Alone(43)));
        var other = Superblocks.Block(Superblocks.Alone());
        var random = new byte[Geometry.BlockBytes];
        new Random(5).NextBytes(random);
        foreach (var before in new[] { older, new byte[Geometry.BlockBytes], random })
        {
            for (var sectors = 0; sectors < 256; sectors++)
            {
                var torn = Tear.Mix(before, newer, sectors);
                var read = SuperblockText.Read(torn, out _);
                Assert.True(read is null or { Sequence: 41 or 43 });
                if (sectors == 255 || (before == older && (sectors & 1) != 0)) Assert.Equal(43u, read!.Sequence);
                Assert.Equal(42u, SuperblockText.Read(other, out _)!.Sequence);
            }
        }
    }

    private static byte[] Changed(Action<byte[]> change)
    {
        var block = Superblocks.Block(Superblocks.Alone());
        change(block);
        Tear.Seal(block, 12);
        return block;
    }
}

/// <summary>What disks and forgers do to blocks.</summary>
internal static class Tear
{
    /// <summary>Sector n of 512 bytes is the new one where bit n is set.</summary>
    public static byte[] Mix(byte[] before, byte[] after, int sectors)
    {
        var block = (byte[])before.Clone();
        for (var sector = 0; sector < 8; sector++)
            if ((sectors >> sector & 1) != 0) after.AsSpan(sector * 512, 512).CopyTo(block.AsSpan(sector * 512));
        return block;
    }

    /// <summary>Makes the checksum good again; written anew from the definition of CRC32C, bit by bit.</summary>
    public static void Seal(byte[] block, int at)
    {
        block.AsSpan(at, 4).Clear();
        var crc = uint.MaxValue;
        foreach (var value in block)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ ((crc & 1) * 0x82f63b78);
        }

        BinaryPrimitives.WriteUInt32LittleEndian(block.AsSpan(at), ~crc);
    }
}
