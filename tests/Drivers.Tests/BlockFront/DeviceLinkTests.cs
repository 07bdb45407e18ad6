using Appliance.Drivers.BlockFront;

namespace Appliance.Drivers.Tests.BlockFront;

public sealed class DeviceLinkTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("appliance-front-").FullName;

    private string LinkPath => Path.Combine(_directory, "appliance", "data");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Link_is_made_moved_and_removed()
    {
        var link = new DeviceLink(LinkPath);
        Assert.Null(link.Make("/dev/ublkb0"));
        Assert.Equal("/dev/ublkb0", new FileInfo(LinkPath).LinkTarget);
        Assert.Null(link.Make("/dev/ublkb1"));
        Assert.Equal("/dev/ublkb1", new FileInfo(LinkPath).LinkTarget);
        link.Remove();
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(LinkPath)!));
        link.Remove();
    }

    [Fact]
    public void File_of_somebody_else_is_not_removed()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(LinkPath)!);
        File.WriteAllText(LinkPath, "mine");
        new DeviceLink(LinkPath).Remove();
        Assert.Equal("mine", File.ReadAllText(LinkPath));
    }

    [Fact]
    public void Failure_has_words()
    {
        File.WriteAllText(Path.Combine(_directory, "appliance"), "");
        Assert.Contains("appliance", new DeviceLink(LinkPath).Make("/dev/nbd0"), StringComparison.Ordinal);
    }

    [Fact]
    public void Note_is_read_only_for_its_kind_and_only_when_whole()
    {
        var path = Path.Combine(_directory, "run", "replica-data.front");
        var note = new DeviceNote(path);
        Assert.Equal(-1, note.Read("nbd"));
        note.Write("nbd", 3);
        Assert.Equal(3, note.Read("nbd"));
        Assert.Equal(-1, note.Read("ublk"));
        foreach (var torn in new[] { "", "nbd", "nbd -1", "nbd 3 4", "nbd 99999999999", "nbd x", "\0\0\0\0" })
        {
            File.WriteAllText(path, torn);
            Assert.Equal(-1, note.Read("nbd"));
        }

        note.Remove();
        Assert.Equal(-1, note.Read("nbd"));
    }
}
