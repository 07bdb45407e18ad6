using Appliance.Agent.Incidents;
using Appliance.Core.Incidents;

namespace Appliance.Agent.Tests.Incidents;

/// <summary>Files of records: whole or set aside, bounded, and told when they are not.</summary>
public sealed class IncidentFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("incident-files-").FullName;
    private readonly List<string> _complaints = [];

    [Fact]
    public void What_was_kept_is_read_again()
    {
        var record = Record("20261122-080000");
        New().Keep(record);
        var again = New();
        Assert.Equal(IncidentText.Row(record), IncidentText.Row(Assert.Single(again.All)));
        Assert.Equal(IncidentText.Of(record), IncidentText.Of(again.Find("last")!));
        Assert.Empty(_complaints);
    }

    [Fact]
    public void Every_truncation_and_every_flipped_byte_is_refused()
    {
        var bytes = IncidentFolder.Bytes(Record("20261122-080000"));
        Assert.NotNull(IncidentFolder.Read(bytes, out _));
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Null(IncidentFolder.Read(bytes.AsSpan(0, length), out var problem));
            Assert.NotEqual("", problem);
        }

        for (var at = 0; at < bytes.Length; at++)
        {
            bytes[at] ^= 1;
            Assert.Null(IncidentFolder.Read(bytes, out _));
            bytes[at] ^= 1;
        }
    }

    [Fact]
    public void Damaged_file_is_set_aside_and_told_and_the_others_are_there()
    {
        New().Keep(Record("20261122-080000"));
        New().Keep(Record("20261122-090000"));
        var path = Path.Combine(_folder, "20261122-080000.incident");
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^5]);
        var folder = New();
        Assert.Equal("20261122-090000", Assert.Single(folder.All).Id);
        Assert.Contains("set aside", Assert.Single(_complaints), StringComparison.Ordinal);
        Assert.False(File.Exists(path));
        Assert.True(File.Exists(path + ".damaged"));
        Assert.Single(New().All);
        Assert.Single(_complaints);
    }

    [Fact]
    public void File_that_goes_bad_later_is_told_and_the_list_stays()
    {
        New().Keep(Record("20261122-080000"));
        var folder = New();
        File.Delete(Path.Combine(_folder, "20261122-080000.incident"));
        Assert.Empty(folder.Find("last")!.Events);
        Assert.Contains("told without its events", Assert.Single(_complaints), StringComparison.Ordinal);
    }

    [Fact]
    public void File_under_another_name_is_not_believed()
    {
        New().Keep(Record("20261122-080000"));
        File.Move(Path.Combine(_folder, "20261122-080000.incident"), Path.Combine(_folder, "20261122-100000.incident"));
        Assert.Empty(New().All);
    }

    [Fact]
    public void Oldest_go_when_there_are_too_many_or_too_large_ones()
    {
        var folder = new IncidentFolder(_folder, _complaints.Add, filesMax: 3);
        for (var hour = 0; hour < 6; hour++) folder.Keep(Record($"20261122-0{hour}0000"));
        Assert.Equal(["20261122-050000", "20261122-040000", "20261122-030000"], folder.All.Select(record => record.Id));
        Assert.Equal(3, Directory.GetFiles(_folder).Length);
        var small = new IncidentFolder(_folder, _complaints.Add, bytesMax: 10);
        small.Keep(Record("20261122-060000"));
        Assert.Equal("20261122-060000", Assert.Single(small.All).Id);
    }

    [Fact]
    public void Names_are_found_by_their_beginning_and_never_given_twice()
    {
        var folder = New();
        const long at = 1_795_334_400_000;
        var first = folder.FreshId(at);
        folder.Keep(Record(first));
        var second = folder.FreshId(at);
        Assert.NotEqual(first, second);
        folder.Keep(Record(second));
        Assert.Equal(second, folder.Find("last")!.Id);
        Assert.Equal(second, folder.Find(first[..6])!.Id);
        Assert.Null(folder.Find("1999"));
        Assert.Null(folder.Find("../../etc/passwd"));
    }

    [Fact]
    public void Folder_that_cannot_be_written_costs_durability_and_is_told()
    {
        var place = Path.Combine(_folder, "file");
        File.WriteAllText(place, "in the way");
        var folder = new IncidentFolder(Path.Combine(place, "incidents"), _complaints.Add);
        folder.Keep(Record("20261122-080000"));
        Assert.Single(folder.All);
        Assert.Contains("in memory only", Assert.Single(_complaints), StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    internal static Incident Record(string id) => new(
        Incident.CurrentFormat, id, "test", "pbx-b", "pbx-a", IncidentStage.Closed, 1_795_334_400_000, 60_000, "boot-1", 9000,
        "both nodes stand by for each other again", false, "pbx-a fell silent on all links", ["a second fault"], 3,
        "complete: 3 events of pbx-a lie within the record", true, 0,
        [new IncidentGroup("pbx", "pbx-a", "pbx-b", "silence of 1.200 s", 0, 1200, 1200, 100, null)],
        [new IncidentPhase("serving", "pbx", "pbx-b", 1200, 300, null)],
        [new IncidentEntry(0, 0, "pbx-b", "peer", null, null, "Late", "Dead", "pbx-a is silent on all links", 17)]);

    private IncidentFolder New()
    {
        var folder = new IncidentFolder(_folder, _complaints.Add);
        folder.Load();
        return folder;
    }
}
