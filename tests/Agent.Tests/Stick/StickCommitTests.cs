using System.Text;
using Appliance.Agent.Stick;
using Appliance.Core.Stick;

namespace Appliance.Agent.Tests.Stick;

public sealed class StickCommitTests : IDisposable
{
    private static readonly (string Path, string Text)[] Old =
    [
        ("appliance.toml", "old"), ("cluster.key", "old"), ("node", "old"), ("ports", "mine"), ("ssh/authorized_keys", "old"),
        ("stick-taken", "old"),
    ];

    private static readonly StickFile[] New =
    [
        .. new[] { "appliance.toml", "cluster.key", "licence/a", "licence/b", "node", "ssh/authorized_keys" }
            .Select(name => new StickFile(name, "new"u8.ToArray())),
    ];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("appliance-stick-commit-");

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>The power fails after every operation, any number of unsynced names is lost, the start after it may be cut, too.</summary>
    [Fact]
    public void A_power_cut_anywhere_leaves_all_old_or_all_new_files()
    {
        var whole = MemoryDisk.With(Old, int.MaxValue);
        StickCommit.Take(whole, New, new StickMark(1, "x"));
        Assert.True(IsNew(whole));
        var (olds, news) = (0, 0);
        for (var cut = 0; cut < whole.Done; cut++)
        {
            var disk = MemoryDisk.With(Old, cut);
            Assert.Throws<PowerCut>(() => StickCommit.Take(disk, New, new StickMark(1, "x")));
            for (var kept = 0; kept <= disk.Pending; kept++)
            for (var second = 0; second < 40; second++)
            {
                var next = disk.After(kept, second);
                try
                {
                    StickCommit.Finish(next);
                }
                catch (PowerCut)
                {
                    for (var keptThen = 0; keptThen <= next.Pending; keptThen++)
                        Whole(next.After(keptThen, int.MaxValue), ref olds, ref news);
                    continue;
                }

                Whole(next, ref olds, ref news);
                break;
            }
        }

        Assert.True(olds > 0 && news > 0, $"{olds} old, {news} new");
    }

    /// <summary>The model itself can see a mixture: moving without staging is caught.</summary>
    [Fact]
    public void The_model_would_notice_files_that_are_written_one_after_the_other()
    {
        var disk = MemoryDisk.With(Old, 4);
        Assert.Throws<PowerCut>(() =>
        {
            foreach (var file in New)
            {
                disk.Write(file.Name + ".new", file.Bytes, UnixFileMode.UserRead);
                disk.Move(file.Name + ".new", file.Name);
                disk.Sync("");
            }
        });
        var after = disk.After(disk.Pending, int.MaxValue);
        Assert.False(IsNew(after) || IsOld(after));
    }

    [Fact]
    public void On_a_real_disk_modes_are_tight_and_nothing_is_left_behind()
    {
        var disk = new LinuxStickDisk(_folder.FullName);
        File.WriteAllText(Path.Combine(_folder.FullName, "ports"), "mine");
        StickCommit.Take(disk, New, new StickMark(7, "digest"));
        foreach (var file in New) Assert.Equal("new", File.ReadAllText(Path.Combine(_folder.FullName, file.Name)));
        Assert.Equal("mine", File.ReadAllText(Path.Combine(_folder.FullName, "ports")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_folder.FullName, "cluster.key")));
        Assert.False(Directory.Exists(Path.Combine(_folder.FullName, StickCommit.Stage)));
        Assert.Equal(new StickMark(7, "digest"), StickMark.Read(File.ReadAllBytes(Path.Combine(_folder.FullName, StickMark.FileName))));
        StickCommit.Take(disk, [New[0] with { Bytes = "newer"u8.ToArray() }], new StickMark(8, "digest"));
        Assert.Equal("newer", File.ReadAllText(Path.Combine(_folder.FullName, "appliance.toml")));
        Assert.Equal("new", File.ReadAllText(Path.Combine(_folder.FullName, "licence/a")));
    }

    [Fact]
    public void A_start_finishes_what_was_decided_and_clears_what_was_not()
    {
        var stage = Directory.CreateDirectory(Path.Combine(_folder.FullName, StickCommit.Stage, "new", "ssh")).Parent!.Parent!.FullName;
        File.WriteAllText(Path.Combine(stage, "new", "node"), "b");
        File.WriteAllText(Path.Combine(stage, "new", "ssh", "authorized_keys"), "k");
        File.WriteAllText(Path.Combine(stage, "commit"), "");
        Assert.Null(StickCommit.Finish(_folder.FullName));
        Assert.Equal("b", File.ReadAllText(Path.Combine(_folder.FullName, "node")));
        Assert.Equal("k", File.ReadAllText(Path.Combine(_folder.FullName, "ssh", "authorized_keys")));
        Directory.CreateDirectory(Path.Combine(stage, "new"));
        File.WriteAllText(Path.Combine(stage, "new", "node"), "half");
        Assert.Null(StickCommit.Finish(_folder.FullName));
        Assert.Equal("b", File.ReadAllText(Path.Combine(_folder.FullName, "node")));
        Assert.False(Directory.Exists(stage));
    }

    private static void Whole(MemoryDisk disk, ref int olds, ref int news)
    {
        StickCommit.Finish(disk);
        Assert.DoesNotContain(disk.Paths, path => path.StartsWith(StickCommit.Stage, StringComparison.Ordinal));
        Assert.Equal("mine", disk.Text("ports"));
        if (IsNew(disk)) news++;
        else if (IsOld(disk)) olds++;
        else Assert.Fail("mixed: " + string.Join(", ", disk.Paths.Select(path => $"{path}={disk.Text(path)}")));
    }

    private static bool IsOld(MemoryDisk disk) =>
        Old.All(file => disk.Text(file.Path) == file.Text) && disk.Paths.Count() == Old.Length;

    private static bool IsNew(MemoryDisk disk) => New.All(file => disk.Text(file.Name) == Encoding.UTF8.GetString(file.Bytes))
        && disk.Text(StickMark.FileName) == new StickMark(1, "x").Write() && disk.Paths.Count() == New.Length + 2;
}
