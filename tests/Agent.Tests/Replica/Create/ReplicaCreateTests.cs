using Appliance.Agent.Tests.Commands;
using Appliance.Core.Replica;
using Appliance.Core.Replica.Disk;
using Appliance.Drivers.BlockDisk;

namespace Appliance.Agent.Tests.Replica.Create;

public sealed class ReplicaCreateTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("replica-create").FullName;

    private string Disk => _folder + "/disk";

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_file_is_made_a_disk_that_can_be_attached()
    {
        var made = Create("--size", "8MiB");
        Assert.Equal((0, ""), (made.ExitCode, made.Error));
        Assert.Contains("node 1's disk of replica data: 8.0 MiB (8388608 bytes) of data, metadata at its end", made.Output,
            StringComparison.Ordinal);
        using var disk = LinuxDisk.Open(Disk, "", direct: false, out _)!;
        var image = disk.ReadImage(disk.Place(PairId.Of("site42", "data"), 1), out var note, out var problem);
        Assert.Equal(("", ""), (note, problem));
        Assert.Equal((DiskState.Inconsistent, 8L << 20, 4UL),
            (image!.Superblock.Disk, image.Superblock.DataBytes, image.Superblock.Generations.Current));
    }

    [Fact]
    public void What_is_a_replica_stays_one_unless_forced()
    {
        Create("--size", "8MiB");
        Refused(Create(), "still empty: nothing to do");
        Refused(Run("create", "other", "--disk", Disk, "--node", "0", "--cluster", "site42"), "belongs to another replica or cluster");
        Refused(Run("create", "data", "--disk", Disk, "--node", "0", "--cluster", "site42"), "is node 1's disk of this replica");
        Assert.Equal(0, Create("--force").ExitCode);
    }

    [Fact]
    public void Damaged_metadata_is_still_somebodys()
    {
        Create("--size", "8MiB");
        var layout = new MetadataLayout(new FileInfo(Disk).Length, 0);
        Poke(layout.Superblock0 + 100, 1);
        Poke(layout.Superblock1 + 100, 1);
        Refused(Create(), "cannot read");
    }

    [Fact]
    public void A_disk_in_use_is_refused()
    {
        Create("--size", "8MiB");
        using var disk = LinuxDisk.Open(Disk, "", direct: false, out _);
        Refused(Create("--force"), "in use");
        Assert.Equal(0, Run("dump", "--disk", Disk).ExitCode);
    }

    [Fact]
    public void A_file_system_in_the_way_is_refused_even_by_force_and_external_metadata_spares_it()
    {
        using (var file = File.Create(Disk)) file.SetLength(32 << 20);
        Ext4(Disk);
        var before = DiskContent.Read(Disk);
        Refused(Create("--force"), "the disk holds ext4, which reaches");
        Assert.Equal(before, DiskContent.Read(Disk));
        var made = Create("--metadata", _folder + "/metadata");
        Assert.Equal((0, ""), (made.ExitCode, made.Error));
        Assert.Contains("The ext4 on it stays", made.Output, StringComparison.Ordinal);
        Assert.Equal(before, DiskContent.Read(Disk));
        Refused(Create("--metadata", _folder + "/metadata", "--size", "16MiB", "--force"), "reaches");
    }

    [Theory]
    [InlineData("too small", 4096)]
    [InlineData("too small", 0)]
    [InlineData("has room for", 8 << 20, "--size", "1GiB")]
    [InlineData("a multiple of", 8 << 20, "--size", "512KiB")]
    [InlineData("--node is 0 or 1", 8 << 20, "--node", "2")]
    public void What_cannot_be_is_refused_in_words(string word, long bytes, params string[] more)
    {
        using (var file = File.Create(Disk)) file.SetLength(bytes);
        var answer = more is ["--node", _]
            ? Run(["create", "data", "--disk", Disk, "--cluster", "site42", .. more])
            : Create(more);
        Assert.NotEqual(0, answer.ExitCode);
        Assert.Contains(word, answer.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(DiskContent.Read(Disk), value => value != 0);
    }

    [Fact]
    public void The_dump_shows_what_is_there_and_what_is_torn()
    {
        Create("--size", "8MiB");
        Poke(new MetadataLayout(new FileInfo(Disk).Length, 0).Superblock1 + 50, 77);
        var dump = Run("dump", "--disk", Disk);
        Assert.Equal(0, dump.ExitCode);
        foreach (var word in new[] { "superblock 0      sequence 1", "superblock 1      its checksum", "current           just created",
            "disk state        Inconsistent", "size              8.0 MiB", "peer's disk       never seen", "0 KiB out of sync" })
            Assert.Contains(word, dump.Output, StringComparison.Ordinal);
        using (var file = File.Create(_folder + "/empty")) file.SetLength(8 << 20);
        Refused(Run("dump", "--disk", _folder + "/empty"), "there is no replica here");
    }

    [Fact]
    public void A_grown_file_has_more_room()
    {
        Create("--size", "8MiB");
        using (var file = File.OpenWrite(Disk)) file.SetLength(32 << 20);
        var grown = Run("grow", "data", "--disk", Disk, "--node", "1", "--cluster", "site42");
        Assert.Equal((0, ""), (grown.ExitCode, grown.Error));
        var dump = Run("dump", "--disk", Disk).Output;
        Assert.Contains("size              8.0 MiB (8388608 bytes), capacity 31.0 MiB", dump, StringComparison.Ordinal);
    }

    private CommandLine Create(params string[] more) =>
        Run(["create", "data", "--disk", Disk, "--node", "1", "--cluster", "site42", .. more]);

    private static CommandLine Run(params string[] words) => CommandLine.Run(["replica", .. words]);

    private static void Refused(CommandLine answer, string word)
    {
        Assert.NotEqual(0, answer.ExitCode);
        Assert.Contains(word, answer.Error, StringComparison.Ordinal);
    }

    private void Poke(long at, byte value)
    {
        using var file = File.OpenWrite(Disk);
        file.Position = at;
        file.WriteByte(value);
    }

    /// <summary>What of an ext4 says how large it is: the whole file, in blocks of 4 KiB.</summary>
    private static void Ext4(string path)
    {
        using var file = File.OpenWrite(path);
        foreach (var (at, bytes) in new (int, byte[])[]
            { (1024 + 4, BitConverter.GetBytes((uint)(file.Length / 4096))),
              (1024 + 24, [2]), (1024 + 56, [0x53, 0xef]), (1024 + 96, [0x40]) })
        {
            file.Position = at;
            file.Write(bytes);
        }
    }
}
