using Appliance.Core.Replica;
using Appliance.Core.Replica.Disk;

namespace Appliance.Core.Tests.Replica.Disk;

public class AttachedImageTests
{
    private const long Disk = 22L << 30;
    private static readonly AttachPlace Place = new(Superblocks.Cluster, 1, Disk, Disk, IsInternal: true);
    private static readonly byte[] Empty = new byte[Geometry.BlockBytes];

    [Fact]
    public void The_newer_slots_count_and_every_page_is_asked_for_once()
    {
        var image = Begin(Super(41), Super(42), Superblocks.IntentBlock(8, 3), Superblocks.IntentBlock(7, 4));
        Assert.NotNull(image);
        Assert.Equal("", image.Note);
        var pages = 0;
        while (image.NextPage >= 0)
        {
            Assert.Equal(pages++, image.NextPage);
            image.TakePage([0xff, .. Empty[1..]]);
        }

        var whole = image.Finish();
        Assert.Equal((42u, 1, 0, 8u), (whole.Superblock.Sequence, whole.SuperblockSlot, whole.HotSlot, whole.HotSequence));
        Assert.Equal(8, whole.Hot[0]);
        Assert.Equal(21 * 8, pages);
        Assert.Equal(8L * pages, whole.Bitmap.Count);
        Assert.Equal(Superblocks.Alone().CapacityBytes / 4096, whole.Bitmap.Blocks);
    }

    [Fact]
    public void A_torn_slot_is_told_and_the_other_used()
    {
        var torn = Super(43);
        torn[300] ^= 1;
        var image = Begin(torn, Super(42), Superblocks.IntentBlock(8), Empty);
        Assert.NotNull(image);
        Assert.Equal(42u, image.Superblock.Sequence);
        Assert.Contains("superblock 0", image.Note, StringComparison.Ordinal);
        Assert.Contains("intent map 1", image.Note, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_an_intent_map_everything_is_in_doubt()
    {
        var image = Begin(Super(41), Super(42), Empty, Empty)!;
        while (image.NextPage >= 0) image.TakePage(Empty);
        var hot = image.Finish().Hot;
        Assert.Contains("every block is in doubt", image.Note, StringComparison.Ordinal);
        Assert.Equal(21 * 256, hot.Sum(part => System.Numerics.BitOperations.PopCount(part)));
        Assert.Equal(0xff, hot[0]);
    }

    [Fact]
    public void Two_bad_superblocks_are_no_replica()
    {
        var torn = Super(43);
        torn[300] ^= 1;
        Refused(torn, torn, Place, "both superblocks are unusable");
        Refused(Empty, Empty, Place, "there is no replica here");
    }

    [Fact]
    public void Another_pair_another_node_and_a_shrunk_disk_are_refused()
    {
        Refused(Super(41), Super(42), Place with { Pair = Guid.Empty }, "another replica or cluster");
        Refused(Super(41), Super(42), Place with { Node = 0 }, "belongs to node 1");
        Refused(Super(41), Super(42), Place with { DiskBytes = 21L << 20, IsInternal = false }, "has shrunk");
        Refused(Super(41), Super(42), Place with { DiskBytes = 21L << 30, MetadataBytes = 21L << 30 }, "does not fit");
    }

    [Fact]
    public void A_slot_of_a_newer_program_is_not_passed_over()
    {
        var newer = Super(43);
        newer[8] = 2;
        Tear.Seal(newer, 12);
        Refused(newer, Super(42), Place, "upgrade this node");
        Refused(Super(42), newer, Place, "upgrade this node");
    }

    /// <summary>Whatever stands in the blocks, the answer is an image or words.</summary>
    [Fact]
    public void Random_blocks_never_throw()
    {
        var random = new Random(11);
        for (var round = 0; round < 2_000; round++)
        {
            var (super, intent) = (Super(42), Superblocks.IntentBlock(8));
            random.NextBytes(super.AsSpan(random.Next(300), 8));
            if (random.Next(2) == 0) Tear.Seal(super, 12);
            random.NextBytes(intent.AsSpan(0, 24));
            var image = AttachedImage.Begin(Place, super, super, intent, intent, out var problem);
            Assert.Equal(image is null, problem.Length > 0);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2L << 20)]
    [InlineData(3L << 20)]
    [InlineData((128L << 20) + 4096)]
    [InlineData((20L << 30) + 12_345)]
    [InlineData(4L << 40)]
    public void Internal_capacity_leaves_room_for_its_own_metadata_and_no_page_too_much(long disk)
    {
        var capacity = MetadataSize.InternalCapacity(disk);
        if (disk < 3 << 20)
        {
            Assert.Equal(0, capacity);
            return;
        }

        Assert.Equal(0, capacity % 4096);
        Assert.True(new MetadataLayout(disk, capacity).Start >= capacity);
        Assert.True(new MetadataLayout(disk, capacity + 8192).Start < capacity + 8192);
    }

    [Fact]
    public void External_metadata_maps_the_whole_disk_or_what_it_can()
    {
        var room = MetadataSize.For(10L << 30);
        Assert.Equal(10L << 30, MetadataSize.ExternalCapacity(10L << 30, room));
        Assert.Equal((10L << 30) - (128 << 20), MetadataSize.ExternalCapacity(10L << 30, room - 4096));
        Assert.Equal(0, MetadataSize.ExternalCapacity(10L << 30, 4096));
        Assert.True(new MetadataLayout(room, 10L << 30).Start >= 0);
    }

    [Fact]
    public void What_create_writes_can_be_read()
    {
        var first = FirstImage.Of(PairId.Of("site42", "data"), Guid.NewGuid(), 0, 1 << 30, 2L << 30, 5);
        Assert.NotNull(SuperblockText.Read(Superblocks.Block(first), out _));
        Assert.NotEqual(PairId.Of("ab", "c"), PairId.Of("a", "bc"));
    }

    private static byte[] Super(ulong sequence) => Superblocks.Block(Superblocks.Alone(sequence));

    private static AttachedImage? Begin(byte[] super0, byte[] super1, byte[] intent0, byte[] intent1) =>
        AttachedImage.Begin(Place, super0, super1, intent0, intent1, out _);

    private static void Refused(byte[] super0, byte[] super1, AttachPlace place, string word)
    {
        Assert.Null(AttachedImage.Begin(place, super0, super1, Superblocks.IntentBlock(1), Empty, out var problem));
        Assert.Contains(word, problem, StringComparison.Ordinal);
    }
}
