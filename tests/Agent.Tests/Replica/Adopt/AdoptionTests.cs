using System.Diagnostics;
using Appliance.Agent.Replica.Adopt;
using Appliance.Drivers.Mount;

namespace Appliance.Agent.Tests.Replica.Adopt;

public sealed class AdoptionTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("adopt").FullName;
    private readonly SimulatedMounts _mounts = new();

    public AdoptionTests()
    {
        Directory.CreateDirectory(Path + "/sub");
        File.WriteAllText(Path + "/one", "first");
        File.WriteAllText(Path + "/sub/two", "second");
        Shell("ln one hard; ln -s sub/two soft; chmod 640 one; truncate -s 1M hole; touch -d 2001-02-03 sub/two", Path);
        _mounts.Sources.Add(Target);
    }

    private string Path => _folder + "/mysql";

    private string Replica => _folder + "/replica";

    private string Target => Replica + Path;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_directory_moves_with_everything_and_the_old_one_is_kept()
    {
        var before = List(Path);
        Assert.Equal(AdoptStep.Copy, New().Next);
        Assert.Null(New().Run());
        Assert.Equal(before, List(Target));
        Assert.Equal(before, List(Path + ".before-replica"));
        Assert.True(_mounts.IsMounted(Target, Path));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path));
        Assert.Equal(AdoptStep.Done, New().Next);
        Assert.Null(New().Run());
    }

    /// <summary>Every state that an interruption can leave behind.</summary>
    [Theory]
    [InlineData("mkdir -p $T.adopting; echo half > $T.adopting/one", AdoptStep.Copy)]
    [InlineData("mkdir -p $(dirname $T); cp -a $P $T.adopting", AdoptStep.Copy)]
    [InlineData("mkdir -p $(dirname $T); cp -a $P $T", AdoptStep.Swap)]
    [InlineData("mkdir -p $(dirname $T); cp -a $P $T; mv $P $P.before-replica", AdoptStep.Check)]
    [InlineData("mkdir -p $(dirname $T); cp -a $P $T; mv $P $P.before-replica; mkdir $P", AdoptStep.Bind)]
    public void An_interrupted_run_goes_on(string happened, object next)
    {
        var before = List(Path);
        Shell($"P={Path}; T={Target}; {happened}", _folder);
        Assert.Equal((AdoptStep)next, New().Next);
        Assert.Null(New().Run());
        Assert.Equal(before, List(Target));
        Assert.Equal(before, List(Path + ".before-replica"));
        Assert.True(_mounts.IsMounted(Target, Path));
    }

    [Fact]
    public void Files_that_came_after_the_copy_are_not_lost()
    {
        Shell($"mkdir -p $(dirname {Target}); cp -a {Path} {Target}; echo late > {Path}/late", _folder);
        Assert.Contains("is not as", New().Run(), StringComparison.Ordinal);
        Assert.Equal("late\n", File.ReadAllText(Path + "/late"));
        Assert.False(_mounts.IsMounted(Target, Path));
    }

    /// <summary>The copy was bound and used since, then the mount point was removed: deleting either would lose something.</summary>
    [Fact]
    public void Two_versions_without_a_mount_point_are_left_alone()
    {
        Shell($"mkdir -p $(dirname {Target}); cp -a {Path} {Target}; mv {Path} {Path}.before-replica; echo new > {Target}/new", _folder);
        Assert.Equal(AdoptStep.Check, New().Next);
        Assert.Contains("in use since", New().Run(), StringComparison.Ordinal);
        Assert.True(File.Exists(Target + "/new"));
        Assert.True(File.Exists(Path + ".before-replica/one"));
        Assert.False(Directory.Exists(Path));
    }

    [Fact]
    public void A_lost_extended_attribute_and_a_hard_link_that_became_two_files_are_seen()
    {
        Shell("rm -rf copy; cp -a mysql copy; rm copy/hard; cp -a copy/one copy/hard; touch -r mysql copy", _folder);
        Assert.Contains("one is hard", new TreeCopy().Compare(Path, _folder + "/copy"), StringComparison.Ordinal);
        Shell("rm -rf copy; cp -a mysql copy; python3 -c 'import os; os.setxattr(\"mysql/sub/two\", \"user.site\", b\"42\")'", _folder);
        Assert.Contains("user.site", new TreeCopy().Compare(Path, _folder + "/copy"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_copy_that_differs_in_anything_is_not_taken()
    {
        var copying = new TreeCopy();
        foreach (var change in new[] { "chmod 600 one", "echo x >> one", "printf FIRST > one; touch -r ../one.ref one", "rm soft",
            "ln -sfn elsewhere soft", "touch sub/new", "touch -d 2002-02-02 sub/two", "chown 12:13 one" })
        {
            Shell($"rm -rf copy; cp -a mysql copy; cp -a mysql/one one.ref; cd copy; {change}", _folder);
            Assert.True(copying.Compare(Path, _folder + "/copy") is not null, change);
        }

        Shell("rm -rf copy; cp -a mysql copy", _folder);
        Assert.Null(copying.Compare(Path, _folder + "/copy"));
        Assert.NotNull(copying.Compare(Path, _folder + "/nothing"));
        Assert.NotNull(copying.Compare(_folder + "/nothing", _folder + "/nothing either"));
    }

    [Fact]
    public void What_must_not_be_moved_is_refused()
    {
        Refused(Path + "/one", "is a file");
        Refused("relative", "not an absolute path");
        Shell("ln -s mysql link", _folder);
        Refused(_folder + "/link", "is a link");
        Refused(_folder, "inside each other");
        Shell("mkdir mysql.before-replica", _folder);
        Refused(Path, "exists from an earlier time");
    }

    [Fact]
    public void A_directory_in_use_is_refused_by_name()
    {
        using var sleeper = System.Diagnostics.Process.Start(new ProcessStartInfo("/bin/sleep", "30")
        {
            WorkingDirectory = Path + "/sub",
        })!;
        try
        {
            Assert.Contains($"sleep ({sleeper.Id})", New().Refusal(), StringComparison.Ordinal);
        }
        finally
        {
            sleeper.Kill();
            sleeper.WaitForExit();
        }

        Assert.Null(New().Refusal());
    }

    [Fact]
    public void The_plan_says_every_step_and_changes_nothing()
    {
        var before = List(_folder);
        var plan = New().Plan().ToList();
        Assert.Equal(3, plan.Count);
        Assert.Contains("compare every file", plan[0], StringComparison.Ordinal);
        Assert.Contains(".before-replica", plan[1], StringComparison.Ordinal);
        Assert.Contains("bind", plan[2], StringComparison.Ordinal);
        Assert.Equal(before, List(_folder));
    }

    [Fact]
    public void What_does_not_exist_is_made_empty()
    {
        var missing = new Adoption(_folder + "/spool", Replica, _mounts, new TreeCopy());
        _mounts.Sources.Add(Replica + _folder + "/spool");
        Assert.Equal(AdoptStep.Make, missing.Next);
        Assert.Null(missing.Run());
        Assert.True(_mounts.IsMounted(missing.Target, missing.Path));
    }

    private Adoption New() => new(Path, Replica, _mounts, new TreeCopy());

    private void Refused(string path, string word) =>
        Assert.Contains(word, new Adoption(path, Replica, _mounts, new TreeCopy()).Refusal() ?? "", StringComparison.Ordinal);

    private static string List(string directory) => Shell(
        "find . -printf '%P %y %m %U %G %T@ %l\\n' | grep -v '^ d' | sort; find . -type f -print0 | sort -z | xargs -0 sha256sum",
        directory);

    private static string Shell(string script, string directory)
    {
        using var shell = System.Diagnostics.Process.Start(new ProcessStartInfo("/bin/bash", ["-c", script])
        {
            WorkingDirectory = directory, RedirectStandardOutput = true,
        })!;
        var output = shell.StandardOutput.ReadToEnd();
        shell.WaitForExit();
        Assert.Equal(0, shell.ExitCode);
        return output;
    }
}
