using System.Text.Json;
using Appliance.Agent.Journal;
using Appliance.Core;
using Appliance.Core.Cluster;

namespace Appliance.Agent.Tests.Journal;

public sealed class EventStoreTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("appliance-events-").FullName;
    private readonly List<string> _complaints = [];
    private long _clock = 1_795_248_000_000;

    private string FilePath => Path.Combine(_directory, "events.jsonl");

    [Fact]
    public void A_line_is_as_documented()
    {
        using (var store = Open())
            store.Add(new Report(ReportKind.Role, "both nodes agreed", "pbx", "asterisk", "Passive", "Activating", 7));
        Assert.Equal(
            "{\"at\":\"2026-11-21T08:00:00.001Z\",\"unix_ms\":1795248000001,\"boot_ms\":42,\"serial\":1,"
            + "\"node\":\"pbx-a\",\"kind\":\"role\",\"group\":\"pbx\","
            + "\"resource\":\"asterisk\",\"from\":\"Passive\",\"to\":\"Activating\",\"term\":7,\"text\":\"both nodes agreed\"}\n",
            File.ReadAllText(FilePath));
    }

    [Fact]
    public void Events_and_serials_survive_a_restart()
    {
        using (var first = Open())
            for (var i = 0; i < 10; i++) first.Add(Peer($"e{i}"));
        using var second = Open();
        Assert.Equal(11, second.Add(Peer("e10")).Serial);
        Assert.Equal(["e7", "e8", "e9", "e10"], second.Since(7, 100).Select(happened => happened.Text));
        Assert.Equal(["e9", "e10"], second.Since(0, 2).Select(happened => happened.Text));
        Assert.Empty(second.Since(11, 100));
        Assert.Empty(_complaints);
    }

    [Fact]
    public void A_line_torn_at_any_byte_by_a_power_cut_costs_only_itself()
    {
        using (var first = Open())
        {
            first.Add(Peer("whole"));
            first.Add(Peer("torn"));
        }

        var bytes = File.ReadAllBytes(FilePath);
        var end = Array.IndexOf(bytes, (byte)'\n') + 1;
        for (var length = end; length < bytes.Length - 1; length++)
        {
            File.WriteAllBytes(FilePath, bytes[..length]);
            using (var store = Open())
            {
                Assert.Equal(["whole"], store.Since(0, 10).Select(happened => happened.Text));
                store.Add(Peer("next"));
            }

            using var again = Open();
            Assert.Equal(["whole", "next"], again.Since(0, 10).Select(happened => happened.Text));
        }
    }

    [Fact]
    public void Foreign_lines_and_zeroes_are_left_out()
    {
        File.WriteAllText(FilePath, "garbage\n{}\n{\"serial\":5}\n[1,2]\n\0\0\0\0\0\n{\"text\":7}\n{\"at\":null}\nnull\n");
        using var store = Open();
        Assert.Empty(store.Since(0, 10));
        Assert.Equal(1, store.Add(Peer("first")).Serial);
    }

    [Fact]
    public void Two_files_of_a_mebibyte_at_most_and_the_newest_events_in_memory()
    {
        using (var store = Open())
        {
            for (var i = 0; i < 6000; i++)
            {
                var serial = store.Add(Peer(new string('x', 700) + i)).Serial;
                // What waits for a slow disk is bounded, and this test is about the files.
                if (i % 500 == 0) Assert.True(SpinWait.SpinUntil(() => IsWritten(serial), TimeSpan.FromSeconds(20)));
            }
        }

        // The batch that crosses the bound still goes into the file.
        Assert.InRange(new FileInfo(FilePath + ".1").Length, 1 << 20, 3 << 20);
        Assert.InRange(Directory.GetFiles(_directory).Length, 1, 2);
        using var again = Open();
        var kept = again.Since(0, Limits.EventsKept);
        Assert.InRange(kept.Count, 100, Limits.EventsKept);
        Assert.EndsWith("5999", kept[^1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Memory_keeps_the_bound()
    {
        using var store = Open();
        for (var i = 0; i < Limits.EventsKept + 100; i++) store.Add(Peer("x"));
        Assert.Equal(Limits.EventsKept, store.Since(0, int.MaxValue).Count);
    }

    [Fact]
    public void A_full_disk_never_blocks_is_said_once_and_counted()
    {
        // /dev/full answers every write with ENOSPC.
        File.CreateSymbolicLink(FilePath, "/dev/full");
        using var store = Open();
        for (var i = 0; i < 5; i++)
        {
            store.Add(Peer("lost"));
            Thread.Sleep(100);
        }

        Assert.Equal(5, store.Since(0, 10).Count);
        Assert.Equal(5, store.Lost);
        Assert.Contains("they are kept in memory only", Assert.Single(_complaints), StringComparison.Ordinal);

        File.Delete(FilePath);
        store.Add(Peer("kept"));
        store.Dispose();
        Assert.Equal(2, _complaints.Count);
        Assert.EndsWith("again; 5 were lost", _complaints[1], StringComparison.Ordinal);
        Assert.Contains("\"kept\"", File.ReadAllText(FilePath), StringComparison.Ordinal);
    }

    [Fact]
    public void A_directory_that_cannot_be_made_is_a_complaint_not_a_crash()
    {
        File.WriteAllText(Path.Combine(_directory, "file"), "");
        using var store = new EventStore(Path.Combine(_directory, "file", "below"), "pbx-a", () => 0, () => 0, _complaints.Add);
        store.Add(Peer("x"));
        store.Dispose();
        Assert.Single(_complaints);
    }

    [Fact]
    public void Any_text_reads_back()
    {
        var random = new Random(11);
        var texts = Enumerable.Range(0, 300)
            .Select(_ => new string([.. Enumerable.Range(0, random.Next(30)).Select(_ => (char)random.Next(0xd800))])).ToList();
        using (var store = Open())
            foreach (var text in texts) store.Add(Peer(text));
        Assert.Equal(300, File.ReadAllText(FilePath).TrimEnd('\n').Split('\n').Length);
        using var again = Open();
        Assert.Equal(texts, again.Since(0, 1000).Select(happened => happened.Text));
    }

    [Fact]
    public void People_see_one_clean_line()
    {
        var report = new Report(ReportKind.Role, "x\u001b[2J\ny", "pbx", null, "Passive", "Activating", 7);
        var happened = EventView.Of(report, "pbx-a", 1, 1_795_248_000_123, 1);
        Assert.Equal("2026-11-21T08:00:00.123Z role pbx Passive -> Activating (term 7): x?[2J y", EventText.Of(happened));
        Assert.StartsWith("08:00:00.123 role pbx", EventText.Short(happened), StringComparison.Ordinal);
    }

    private bool IsWritten(long serial)
    {
        // A rotation in between takes a name away for a moment: asked again.
        try
        {
            return new[] { FilePath, FilePath + ".1" }
                .Any(file => File.Exists(file) && File.ReadAllText(file).Contains($"\"serial\":{serial},"));
        }
        catch (FileNotFoundException)
        {
            return false;
        }
    }

    private EventStore Open() => new(_directory, "pbx-a", () => ++_clock, () => 42, _complaints.Add);

    private static Report Peer(string text) => new(ReportKind.Peer, text);

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
