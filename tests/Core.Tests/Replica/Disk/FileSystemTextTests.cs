using System.Buffers.Binary;
using System.Text;
using Appliance.Core.Replica.Disk;

namespace Appliance.Core.Tests.Replica.Disk;

/// <summary>Hand-made first bytes; those that the real programs write are in the tests of the drivers.</summary>
public class FileSystemTextTests
{
    public static TheoryData<string, long> Kinds => new()
    {
        { "ext4", 40_960_000 }, { "xfs", 8_192_000 }, { "btrfs", 77_000_000 }, { "swap space", 4_096_000 },
        { "an LVM physical volume", 99_000_000 }, { "a member of an md RAID", 1_024_000 }, { "a LUKS volume", -1 }, { "vfat", 10_240_000 },
        { "ntfs", 512_512 }, { "a partition table", 512_000 },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Kind_and_size_are_recognised(string kind, long bytes) =>
        Assert.Equal(new FileSystemFound(kind, bytes), FileSystemText.Find(Sample(kind)));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_shorter_disk_and_every_flipped_byte_gives_an_answer(string kind, long bytes)
    {
        var sample = Sample(kind);
        foreach (var length in new[] { 0, 1, 2, 511, 512, 513, 1023, 1024, 1080, 2047, 2048, 4095, 4096, 4352, 65_536, 65_600, 69_631 })
            Sane(FileSystemText.Find(sample.AsSpan(0, length)));
        var random = new Random((int)(bytes & 0xffff));
        for (var round = 0; round < 3_000; round++)
        {
            var damaged = (byte[])sample.Clone();
            foreach (var at in new[] { 0, 510, 1024, 1080, 2048, 4096, 65_536 })
                random.NextBytes(damaged.AsSpan(at + random.Next(200), random.Next(1, 12)));
            Sane(FileSystemText.Find(damaged));
        }
    }

    [Fact]
    public void Nothing_is_found_in_nothing()
    {
        Assert.Null(FileSystemText.Find([]));
        Assert.Null(FileSystemText.Find(new byte[FileSystemText.BytesWanted]));
    }

    [Fact]
    public void The_conflict_says_by_how_much_and_what_to_do()
    {
        Assert.Null(new FileSystemFound("ext4", 4096).Conflict(4096));
        var words = new FileSystemFound("ext4", 8192).Conflict(4096);
        Assert.Contains("reaches 4096 bytes into", words, StringComparison.Ordinal);
        Assert.Contains("resize2fs DISK 4K", words, StringComparison.Ordinal);
        Assert.Contains("--metadata PATH", words, StringComparison.Ordinal);
        Assert.Contains("xfs cannot shrink", new FileSystemFound("xfs", 8192).Conflict(4096), StringComparison.Ordinal);
        Assert.Contains("may reach to its end", new FileSystemFound("a LUKS volume", -1).Conflict(long.MaxValue), StringComparison.Ordinal);
    }

    /// <summary>Offsets as md(4) gives them, for disks whose size is a multiple of nothing in particular.</summary>
    [Theory]
    [InlineData(64L << 20, (64L << 20) - 8192, 1)]
    [InlineData((64L << 20) + 5 * 512, (64L << 20) - 8192, 1)]
    [InlineData(64L << 20, (64L << 20) - 65_536, 0)]
    [InlineData((64L << 20) + 20_480, (64L << 20) - 65_536, 0)]
    public void A_raid_that_is_described_at_the_end_is_recognised(long diskBytes, long at, int version)
    {
        var last = new byte[FileSystemText.BytesWanted];
        Assert.Null(FileSystemText.FindLast(last, diskBytes));
        var place = (int)(at - (diskBytes - last.Length));
        BinaryPrimitives.WriteUInt32LittleEndian(last.AsSpan(place), 0xa92b4efc);
        BinaryPrimitives.WriteInt32LittleEndian(last.AsSpan(place + 4), version);
        Assert.Equal(new FileSystemFound("a member of an md RAID", -1), FileSystemText.FindLast(last, diskBytes));
        BinaryPrimitives.WriteInt32LittleEndian(last.AsSpan(place + 4), 1 - version);
        Assert.Null(FileSystemText.FindLast(last, diskBytes));
    }

    [Fact]
    public void A_partition_table_of_which_only_the_copy_is_left_is_recognised_and_tiny_disks_are_no_harm()
    {
        var last = new byte[FileSystemText.BytesWanted];
        "EFI PART"u8.CopyTo(last.AsSpan(last.Length - 512));
        Assert.Equal("the end of a partition table", FileSystemText.FindLast(last, 1L << 30)?.Kind);
        foreach (var length in new[] { 0, 1, 511, 512, 4096, 8192, 65_536 })
            Assert.Null(FileSystemText.FindLast(new byte[length], length));
    }

    private static void Sane(FileSystemFound? found)
    {
        if (found is null) return;
        Assert.True(found.Bytes is -1 or > 0);
        _ = found.Conflict(1 << 20);
    }

    private static byte[] Sample(string kind)
    {
        var disk = new byte[FileSystemText.BytesWanted];
        void le(int at, ulong value, int bytes)
        {
            for (var each = 0; each < bytes; each++) disk[at + each] = (byte)(value >> (8 * each));
        }

        void text(int at, string word) => Encoding.Latin1.GetBytes(word).CopyTo(disk, at);
        switch (kind)
        {
            case "ext4": le(1024 + 56, 0xef53, 2); le(1024 + 4, 10_000, 4); le(1024 + 24, 2, 4); le(1024 + 0x60, 0x40, 4); break;
            case "xfs":
                text(0, "XFSB");
                BinaryPrimitives.WriteUInt32BigEndian(disk.AsSpan(4), 4096);
                BinaryPrimitives.WriteUInt64BigEndian(disk.AsSpan(8), 2000);
                break;
            case "btrfs": text(65_536 + 64, "_BHRfS_M"); le(65_536 + 0xd1, 77_000_000, 8); break;
            case "swap space": text(4086, "SWAPSPACE2"); le(1028, 999, 4); break;
            case "an LVM physical volume": text(512, "LABELONE"); text(536, "LVM2 001"); le(532, 32, 4); le(512 + 64, 99_000_000, 8); break;
            case "a member of an md RAID": le(4096, 0xa92b4efc, 4); le(4100, 1, 4); le(4096 + 128, 1000, 8); le(4096 + 136, 1000, 8); break;
            case "a LUKS volume": text(0, "LUKS\u00ba\u00be"); break;
            case "vfat": le(510, 0xaa55, 2); text(82, "FAT32   "); le(11, 512, 2); le(32, 20_000, 4); break;
            case "ntfs": le(510, 0xaa55, 2); text(3, "NTFS    "); le(11, 512, 2); le(40, 1000, 8); break;
            default: le(510, 0xaa55, 2); le(446 + 4, 0x83, 1); le(446 + 8, 200, 4); le(446 + 12, 800, 4); break;
        }

        return disk;
    }
}
