using System.Diagnostics;
using Appliance.Core.Replica;
using Appliance.Core.Replica.Disk;
using Appliance.Drivers.BlockDisk;
using Appliance.Drivers.Tests.Support;

namespace Appliance.Drivers.Tests.BlockDisk;

public sealed class LinuxDiskTests : IDisposable
{
    private const long Size = 8 << 20;
    private static readonly Guid Pair = PairId.Of("site42", "data");
    private readonly string _folder = Directory.CreateTempSubdirectory("linuxdisk").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_was_created_is_attached()
    {
        using var disk = Created(out var superblock);
        var image = disk.ReadImage(disk.Place(Pair, 0), out var note, out var problem);
        Assert.Equal(("", ""), (note, problem));
        Assert.Equal(superblock, image!.Superblock);
        Assert.Equal(0, image.SuperblockSlot);
        Assert.Equal(0, image.Bitmap.Count);
        Assert.True(disk.Data.Buffered);
        Assert.Equal(disk.Data.Fd, disk.Metadata.Fd);
    }

    [Fact]
    public void Metadata_can_be_elsewhere()
    {
        var (data, metadata) = (NewFile("data", Size), NewFile("metadata", MetadataSize.For(Size)));
        using var disk = Open(data, metadata);
        Assert.Equal(Size, disk.Capacity);
        Assert.Null(MetadataWriter.Create(disk.MetadataDevice, First(disk)));
        Assert.NotNull(disk.ReadImage(disk.Place(Pair, 0), out _, out _));
        var content = new byte[Size];
        Assert.Null(disk.DataDevice.Read(0, content));
        Assert.DoesNotContain(content, value => value != 0);
        Assert.Null(LinuxDisk.Open(data, data, direct: false, out var problem));
        Assert.Contains("its own external metadata", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_disk_is_claimed_once()
    {
        var path = NewFile("data", Size);
        using (Open(path))
        {
            Assert.Null(LinuxDisk.Open(path, "", direct: false, out var problem));
            Assert.Contains("in use", problem, StringComparison.Ordinal);
        }

        using var again = Open(path);
    }

    [Fact]
    public void What_is_no_disk_is_refused_in_words()
    {
        Refused(_folder, "is a directory");
        Refused(_folder + "/none", "does not exist");
        Run("mkfifo", _folder + "/fifo");
        Refused(_folder + "/fifo", "neither a block device nor a regular file");
        using var small = Open(NewFile("small", 4096));
        Assert.Equal(0, small.Capacity);
        Assert.Null(small.ReadImage(small.Place(Pair, 0), out _, out var problem));
        Assert.Contains("too few", problem, StringComparison.Ordinal);
        using var empty = Open(NewFile("empty", Size));
        Assert.Null(empty.ReadImage(empty.Place(Pair, 0), out _, out problem));
        Assert.Contains("there is no replica here", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_grown_disk_gets_its_metadata_at_the_new_end_with_every_mark()
    {
        using (var disk = Created(out var first))
        {
            var bitmap = new DirtyBitmap(first.CapacityBytes / Geometry.BlockBytes);
            bitmap.Set(3, 70);
            var hot = new byte[IntentText.BitsBytes];
            hot[0] = 2;
            Assert.Null(MetadataWriter.Write(disk.MetadataDevice, first with { Sequence = 9 }, hot, 5, bitmap));
        }

        Grow(3 * Size);
        using var grown = Open(_folder + "/data");
        Assert.Null(grown.ReadImage(grown.Place(Pair, 0), out _, out _));
        Assert.Equal(grown.Capacity, MetadataGrowth.Move(grown, Pair, 0, out var problem));
        Assert.Equal("", problem);
        var image = grown.ReadImage(grown.Place(Pair, 0), out _, out _)!;
        Assert.Equal((11u, 70L, (byte)2), (image.Superblock.Sequence, image.Bitmap.Count, image.Hot[0]));
        Assert.True(image.Bitmap[3] && image.Bitmap[72]);
        Assert.Equal(grown.Capacity, MetadataGrowth.Move(grown, Pair, 0, out _));
        var old = new byte[Geometry.BlockBytes];
        Assert.Null(grown.DataDevice.Read(new MetadataLayout(Size, 0).Superblock0, old));
        Assert.DoesNotContain(old, value => value != 0);
    }

    [Fact]
    public void Growth_finds_the_old_end_by_either_slot_and_refuses_what_is_not_ours()
    {
        using (var disk = Created(out _))
            Assert.Null(disk.DataDevice.Write(new MetadataLayout(Size, 0).Superblock0, new byte[Geometry.BlockBytes]));
        Grow(Size + 4096);
        using (var little = Open(_folder + "/data"))
        {
            Assert.Null(MetadataGrowth.Move(little, Pair, 0, out var problem));
            Assert.Contains("at least", problem, StringComparison.Ordinal);
        }

        Grow(2 * Size);
        using var grown = Open(_folder + "/data");
        Assert.Null(MetadataGrowth.Move(grown, Guid.NewGuid(), 0, out var stranger));
        Assert.Contains("there is no replica here", stranger, StringComparison.Ordinal);
        Assert.Null(MetadataGrowth.Move(grown, Pair, 1, out stranger));
        Assert.Contains("belongs to node 0", stranger, StringComparison.Ordinal);
        Assert.Equal(grown.Capacity, MetadataGrowth.Move(grown, Pair, 0, out _));
    }

    /// <summary>The new metadata is written whole before the old is wiped: after any number of writes one of them can be
    /// attached.</summary>
    [Fact]
    public void Growth_that_was_cut_off_before_the_old_place_was_wiped_goes_on()
    {
        using (Created(out _)) { }
        var before = File.ReadAllBytes(_folder + "/data");
        Grow(3 * Size);
        using (var grown = Open(_folder + "/data")) Assert.NotNull(MetadataGrowth.Move(grown, Pair, 0, out _));
        using (var file = File.OpenWrite(_folder + "/data")) file.Write(before);
        using var again = Open(_folder + "/data");
        Assert.Equal(again.Capacity, MetadataGrowth.Move(again, Pair, 0, out _));
        Assert.Equal(3u, again.ReadImage(again.Place(Pair, 0), out _, out _)!.Superblock.Sequence);
    }

    [RootFact("/usr/sbin/mkfs.ext4")]
    [Trait("Needs", "root")]
    public void Ext4_as_its_program_makes_it() => Recognised("/usr/sbin/mkfs.ext4", ["-q", "-F"], "ext4");

    [RootFact("/usr/sbin/mkfs.ext2")]
    [Trait("Needs", "root")]
    public void Ext2_as_its_program_makes_it() => Recognised("/usr/sbin/mkfs.ext2", ["-q", "-F"], "ext2");

    [RootFact("/usr/sbin/mkfs.xfs")]
    [Trait("Needs", "root")]
    public void Xfs_as_its_program_makes_it() => Recognised("/usr/sbin/mkfs.xfs", ["-q", "-f"], "xfs", 512L << 20);

    [RootFact("/usr/sbin/mkswap")]
    [Trait("Needs", "root")]
    public void Swap_as_its_program_makes_it() => Recognised("/usr/sbin/mkswap", ["-q"], "swap space");

    private void Recognised(string program, string[] options, string kind, long bytes = 64 << 20)
    {
        var path = NewFile("fs", bytes);
        Run(program, [.. options, path]);
        var first = new byte[FileSystemText.BytesWanted];
        using (var file = File.OpenRead(path)) file.ReadExactly(first);
        var found = FileSystemText.Find(first);
        Assert.Equal(new FileSystemFound(kind, bytes), found);
        Assert.NotNull(found!.Conflict(MetadataSize.InternalCapacity(bytes)));
        Assert.Null(found.Conflict(bytes));
    }

    private LinuxDisk Created(out Superblock superblock)
    {
        var disk = Open(NewFile("data", Size));
        superblock = First(disk);
        Assert.Null(MetadataWriter.Create(disk.MetadataDevice, superblock));
        return disk;
    }

    private static Superblock First(LinuxDisk disk) => FirstImage.Of(Pair, Guid.NewGuid(), 0, disk.Capacity, disk.Capacity, 1);

    private static LinuxDisk Open(string path, string metadata = "")
    {
        var disk = LinuxDisk.Open(path, metadata, direct: false, out var problem);
        Assert.True(disk is not null, problem);
        return disk;
    }

    private static void Refused(string path, string word)
    {
        Assert.Null(LinuxDisk.Open(path, "", direct: false, out var problem));
        Assert.Contains(word, problem, StringComparison.Ordinal);
    }

    private string NewFile(string name, long bytes)
    {
        var path = $"{_folder}/{name}";
        using var file = File.Create(path);
        file.SetLength(bytes);
        return path;
    }

    private void Grow(long bytes)
    {
        using var file = File.OpenWrite(_folder + "/data");
        file.SetLength(bytes);
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var words = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, words);
    }
}
