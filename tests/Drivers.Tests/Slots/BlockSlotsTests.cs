using System.Diagnostics;
using System.Security.Cryptography;
using Appliance.Core.Update;
using Appliance.Drivers.Mount;
using Appliance.Drivers.Slots;
using Appliance.Drivers.Tests.Support;

namespace Appliance.Drivers.Tests.Slots;

/// <summary>Real block devices and a real file system: O_DIRECT, a mounted partition, a boot partition that is read-only.</summary>
[Trait("Needs", "root")]
public sealed class BlockSlotsTests : IDisposable
{
    private const int RootBytes = 4 << 20;
    private readonly string _root = Directory.CreateTempSubdirectory("appl-blockslots-").FullName;
    private readonly List<string> _loops = [];
    private readonly List<string> _told = [];

    private LinuxSlots Slots => new(SlotPlaces.Below(_root), _told.Add);

    private string Boot => Path.Combine(_root, "boot");

    public void Dispose()
    {
        if (MountEntry.On(Boot) is not null) Run("/bin/umount", Boot);
        foreach (var loop in _loops) Run("/sbin/losetup", "--detach", loop);
        Directory.Delete(_root, recursive: true);
    }

    [RootFact]
    public void Root_goes_to_the_disk_and_comes_back_from_it()
    {
        var loop = Partition("root-b", RootBytes);
        foreach (var size in new[] { 1, 511, 4097, (1 << 20) + 4096, RootBytes - 100, RootBytes })
        {
            var bytes = Bytes(size);
            var fault = Slots.WriteRoot(Slot.B, Source(bytes));
            Assert.True(fault is null, $"{size}: {fault}");
            using var disk = File.OpenRead(loop);
            var seen = new byte[size];
            disk.ReadExactly(seen);
            Assert.Equal(bytes, seen);
        }

        Assert.Contains("4194304 bytes", Slots.WriteRoot(Slot.B, Source(Bytes(RootBytes + 1))), StringComparison.Ordinal);
    }

    [RootFact("/sbin/mkfs.ext4")]
    public void Partition_that_is_mounted_is_not_written()
    {
        var loop = Partition("root-b", RootBytes);
        Run("/sbin/mkfs.ext4", "-q", loop);
        Directory.CreateDirectory(Boot);
        Run("/bin/mount", loop, Boot);
        Assert.Contains("is mounted on", Slots.WriteRoot(Slot.B, Source(Bytes(100))), StringComparison.Ordinal);
    }

    [RootFact("/sbin/mkfs.ext4")]
    public void Boot_partition_is_writable_for_the_moment_of_a_write_only()
    {
        var loop = Partition("esp", 8 << 20);
        Run("/sbin/mkfs.ext4", "-q", loop); // Not every kernel that runs tests has vfat; remounting is the same.
        Directory.CreateDirectory(Boot);
        Run("/bin/mount", loop, Boot);
        Directory.CreateDirectory(Path.Combine(Boot, "grub"));
        Run("/bin/mount", "-o", "remount,ro,nosuid,noexec", Boot);
        var block = new GrubEnvironment().With("slot", "b").Write()!;
        for (var round = 0; round < 2; round++)
        {
            Assert.Null(Slots.WriteRecord(block)); // First anew, then in place.
            Assert.Null(Slots.Withdraw(Slot.A));
            Assert.Null(Slots.WriteBoot(Slot.A, UpdateHeader.Kernel, Source(Bytes(100_000))));
            Assert.Contains("ro", MountEntry.On(Boot)!.Options.Split(','));
            Assert.Contains("noexec", MountEntry.On(Boot)!.Options.Split(','));
        }

        Assert.Equal(block, File.ReadAllBytes(Path.Combine(Boot, "grub/grubenv")));
        Assert.Contains("No space", Slots.WriteBoot(Slot.A, UpdateHeader.Initrd, Source(Bytes(9 << 20))), StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(Boot, "slot-a", UpdateHeader.Initrd)));
        Assert.Empty(_told);
        Run("/bin/umount", Boot);
        Run("/bin/mount", "-o", "ro", loop, Boot);
        Assert.Equal(Bytes(100_000), File.ReadAllBytes(Path.Combine(Boot, "slot-a", UpdateHeader.Kernel)));
    }

    private string Partition(string name, int bytes)
    {
        var image = Path.Combine(_root, name + ".img");
        using (var file = File.Create(image)) file.SetLength(bytes);
        var loop = Run("/sbin/losetup", "--find", "--show", image).Trim();
        _loops.Add(loop);
        var folder = Directory.CreateDirectory(Path.Combine(_root, "dev/disk/by-partlabel")).FullName;
        File.CreateSymbolicLink(Path.Combine(folder, name), loop);
        return loop;
    }

    private static byte[] Bytes(int size)
    {
        var bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        return bytes;
    }

    private static SlotSource Source(byte[] bytes) =>
        new(bytes.Length, SHA256.HashData(bytes), (offset, into) => bytes.AsSpan((int)offset, into.Length).CopyTo(into));

    private static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: exit code {process.ExitCode}");
        return output;
    }
}
