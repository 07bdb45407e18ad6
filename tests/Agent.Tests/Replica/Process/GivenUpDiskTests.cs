using Appliance.Agent.Replica.Process;
using Appliance.Core.Replica;
using Appliance.Core.Replica.Disk;
using Appliance.Drivers.BlockDisk;

namespace Appliance.Agent.Tests.Replica.Process;

/// <summary>What a process keeps of a disk that it gave up is found by the next one, and only of that disk.</summary>
public sealed class GivenUpDiskTests : IDisposable
{
    private static readonly Guid Pair = new(7, 0, 0, new byte[8]);
    private readonly string _folder = Directory.CreateTempSubdirectory("given-up").FullName;

    [Fact]
    public void The_next_process_knows_until_the_disk_itself_knows_better()
    {
        var disk = Create("first");
        var fresh = Opened(disk, out var before);
        Assert.Equal("", before);
        Assert.Equal("", fresh.Keep(new GivenUpNote(Guid.NewGuid(), 1000, true)));
        fresh.Claim.Dispose();
        var image = Opened(disk, out var others);
        Assert.Equal("", others); // The note is about another disk.
        Assert.Equal("", image.Keep(new GivenUpNote(image.Image.Superblock.Device, image.Image.Superblock.Sequence, true)));
        image.Claim.Dispose();

        var again = Opened(disk, out var note);
        Assert.Contains("given up", note, StringComparison.Ordinal);
        Assert.Equal(DiskState.Outdated, again.Image.Superblock.Disk);
        Assert.Equal("", again.Keep(new GivenUpNote(again.Image.Superblock.Device, again.Image.Superblock.Sequence - 1, true)));
        again.Claim.Dispose();

        var later = Opened(disk, out var none); // The superblock was written after the note.
        Assert.Equal(("", DiskState.UpToDate), (none, later.Image.Superblock.Disk));
        later.Claim.Dispose();
    }

    [Fact]
    public void A_place_that_cannot_be_written_is_told()
    {
        var disk = Create("third") with { NotePath = Path.Combine(_folder, "no", "such", "folder") };
        var attached = Opened(disk, out _);
        Assert.Contains("cannot be kept", attached.Keep(new GivenUpNote(Guid.NewGuid(), 1, false)), StringComparison.Ordinal);
        attached.Claim.Dispose();
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static AttachedDisk Opened(ReplicaDisk disk, out string note)
    {
        var attached = disk.Open(out note, out var problem);
        Assert.True(attached is not null, problem);
        return attached;
    }

    private ReplicaDisk Create(string name)
    {
        var path = Path.Combine(_folder, name);
        using (var file = File.Create(path)) file.SetLength(16 << 20);
        using var disk = LinuxDisk.Open(path, "", direct: false, out var problem);
        Assert.True(disk is not null, problem);
        var first = FirstImage.Of(Pair, Guid.NewGuid(), 0, disk.Capacity, disk.Capacity, 0);
        Assert.Null(MetadataWriter.Create(disk.MetadataDevice, first with { Disk = DiskState.UpToDate }));
        return new ReplicaDisk(path, "", Direct: false, Pair, 0, Path.Combine(_folder, "note"));
    }
}
