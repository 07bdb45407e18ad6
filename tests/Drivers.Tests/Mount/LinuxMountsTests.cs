using System.Diagnostics;
using Appliance.Drivers.Mount;
using Appliance.Drivers.Tests.Support;

namespace Appliance.Drivers.Tests.Mount;

/// <summary>On tmpfs and loop devices below a temporary directory.</summary>
[Trait("Needs", "root")]
public sealed class LinuxMountsTests : IDisposable
{
    private readonly string _place = Directory.CreateTempSubdirectory("appl-mount-").FullName;
    private readonly LinuxMounts _mounts = new();

    private string Disk => Path.Combine(_place, "disk");

    [RootFact]
    public void File_system_is_mounted_on_a_directory_that_is_made_and_unmounted_again()
    {
        var change = _mounts.Mount("tmpfs", Disk, "tmpfs", "noatime,nosuid,size=1m,x-anything");
        Assert.True(change.Outcome == MountOutcome.Done, change.Text);
        Assert.True(_mounts.IsMounted("tmpfs", Disk));
        Assert.Equal(MountOutcome.AlreadySo, _mounts.Mount("tmpfs", Disk, "tmpfs", "").Outcome);
        Assert.Equal(MountOutcome.Done, _mounts.Unmount(Disk, false, default).Outcome);
        Assert.Equal(MountOutcome.AlreadySo, _mounts.Unmount(Disk, false, default).Outcome);
        Assert.False(_mounts.IsMounted("tmpfs", Disk));
    }

    [RootFact("/sbin/mkfs.ext4")]
    public void Real_disk_with_ext4_is_mounted()
    {
        var image = Path.Combine(_place, "image");
        using (var file = File.Create(image)) file.SetLength(8 << 20);
        Run("/sbin/mkfs.ext4", "-q", image);
        var loop = Run("/sbin/losetup", "--find", "--show", image).Trim();
        try
        {
            Assert.Equal(MountOutcome.Done, _mounts.Mount(loop, Disk, "ext4", "noatime").Outcome);
            Assert.True(_mounts.IsMounted(loop, Disk));
            Assert.Equal(MountOutcome.Done, _mounts.Unmount(Disk, false, default).Outcome);
        }
        finally
        {
            Run("/sbin/losetup", "--detach", loop);
        }
    }

    [RootFact]
    public void Busy_file_system_names_its_user_and_is_detached_by_force()
    {
        _mounts.Mount("tmpfs", Disk, "tmpfs", "");
        using var user = Process.Start(new ProcessStartInfo("/bin/sleep", "60") { WorkingDirectory = Disk })!;
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(0.4));
        var change = _mounts.Unmount(Disk, false, bound.Token);
        Assert.Equal(MountOutcome.Failed, change.Outcome);
        Assert.Contains($"sleep ({user.Id})", change.Text, StringComparison.Ordinal);
        Assert.Equal(MountOutcome.Done, _mounts.Unmount(Disk, true, default).Outcome);
        Assert.False(_mounts.IsMounted("tmpfs", Disk));
        user.Kill();
    }

    [RootFact]
    public void Busy_file_system_is_unmounted_as_soon_as_its_user_ends()
    {
        _mounts.Mount("tmpfs", Disk, "tmpfs", "");
        using var user = Process.Start(new ProcessStartInfo("/bin/sleep", "0.5") { WorkingDirectory = Disk })!;
        Assert.Equal(MountOutcome.Done, _mounts.Unmount(Disk, false, default).Outcome);
    }

    [RootFact]
    public void Directory_is_bound_over_another_and_recognised()
    {
        _mounts.Mount("tmpfs", Disk, "tmpfs", "");
        var from = Directory.CreateDirectory(Path.Combine(Disk, "etc/with space")).FullName;
        var over = Path.Combine(_place, "over");
        Assert.Equal(MountOutcome.Done, _mounts.Bind(from, over).Outcome);
        Assert.True(_mounts.IsMounted(from, over));
        Assert.False(_mounts.IsMounted(Path.Combine(Disk, "etc"), over));
        Assert.Equal(MountOutcome.AlreadySo, _mounts.Bind(from, over).Outcome);
        Assert.Equal(MountOutcome.Done, _mounts.Unmount(over, false, default).Outcome);
    }

    [RootFact]
    public void What_cannot_be_mounted_is_refused_in_words()
    {
        var missing = _mounts.Mount("/dev/appl-nowhere", Disk, "ext4", "");
        Assert.Contains("/dev/appl-nowhere does not exist", missing.Text, StringComparison.Ordinal);
        Assert.Equal(MountOutcome.Impossible, _mounts.Mount("none", Disk, "nosuchfs", "").Outcome);
        Assert.Contains("cannot be bound", _mounts.Bind(Path.Combine(_place, "nowhere"), Disk).Text, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(_place, "file"), "");
        Assert.Equal(MountOutcome.Impossible, _mounts.Mount("tmpfs", Path.Combine(_place, "file"), "tmpfs", "").Outcome);
    }

    [Theory]
    [InlineData("36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue", "/mnt2", "/dev/root")]
    [InlineData("36 35 0:40 / /a\\040b rw - tmpfs x\\134y rw", "/a b", "x\\y")]
    [InlineData("36 35 0:40 / /a rw", null, null)]
    [InlineData("", null, null)]
    [InlineData("a - b", null, null)]
    public void Lines_of_mountinfo_are_read(string line, string? directory, string? source)
    {
        var entry = MountEntry.Parse(line);
        Assert.Equal(directory, entry?.Directory);
        Assert.Equal(source, entry?.Source);
    }

    public void Dispose()
    {
        foreach (var entry in MountEntry.All().Reverse().Where(entry => entry.Directory.StartsWith(_place, StringComparison.Ordinal)))
            _mounts.Unmount(entry.Directory, true, default);
        Directory.Delete(_place, recursive: true);
    }

    private static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output;
    }
}
