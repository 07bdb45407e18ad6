using System.Diagnostics;
using Appliance.Drivers.BlockFront;

namespace Appliance.Drivers.Tests.BlockFront;

/// <summary>The stand-in front end on this machine's own FUSE and loop devices.</summary>
[Trait("Needs", "root")]
public sealed class FuseLoopTests : IDisposable
{
    private const int Size = 16 << 20;
    private readonly string _directory = Directory.CreateTempSubdirectory("appliance-fuse-loop-").FullName;
    private readonly DeviceFrontOptions _options;

    public FuseLoopTests() => _options = new DeviceFrontOptions($"t{Environment.ProcessId}", FrontKind.FuseLoop)
    {
        DeviceDirectory = Path.Combine(_directory, "dev"),
        RunDirectory = _directory,
    };

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Device_appears_takes_flushes_stays_while_it_is_held_and_goes()
    {
        using var door = new MemoryDoor(Size, _options);
        Expose(door);
        using (var device = new FileStream(_options.LinkPath, FileMode.Open, FileAccess.ReadWrite))
        {
            var written = Enumerable.Range(0, 1 << 20).Select(number => (byte)(number * 7)).ToArray();
            device.Position = 1 << 20;
            device.Write(written);
            device.Flush(flushToDisk: true);
            Assert.True(door.Flushes > 0);
            device.Position = 1 << 20;
            var read = new byte[written.Length];
            device.ReadExactly(read);
            Assert.Equal(written, read);

            using var holder = Process.Start(new ProcessStartInfo("sh", ["-c", $"exec sleep 60 <{_options.LinkPath}"]))!;
            var held = $"open in sleep ({holder.Id})";
            Assert.True(door.Becomes(front => !front.Withdraw() && front.Why.Contains(held, StringComparison.Ordinal)));
            device.Position = 0;
            Assert.Equal(512, device.Read(new byte[512])); // Held, it is served on.
            holder.Kill();
            holder.WaitForExit();
        }

        Assert.True(door.Becomes(front => front.Withdraw()));
        Assert.False(File.Exists(_options.LinkPath));
        Assert.Equal(door.Buffers.Count, door.Ask(_ => door.Buffers.Available));
    }

    [Fact]
    public void Nbdfuse_that_dies_is_told_and_the_next_device_clears_its_remains()
    {
        using var door = new MemoryDoor(Size, _options);
        Expose(door);
        var first = door.Ask(front => front.Name);
        using (var killer = Process.Start("pkill", ["-KILL", "-f", $"nbdfuse {_directory}/"])!) killer.WaitForExit();
        Assert.True(door.Becomes(front => front.Standing == DeviceStanding.Failed));
        Assert.Contains("nbdfuse has ended", door.Ask(front => front.Why), StringComparison.Ordinal);
        Assert.False(File.Exists(_options.LinkPath));
        Expose(door);
        Assert.Single(Directory.EnumerateDirectories("/sys/block", "loop*"), IsOurs);
        Assert.NotEmpty(first);
        Assert.True(door.Becomes(front => front.Withdraw()));
        Assert.DoesNotContain(Directory.EnumerateDirectories("/sys/block", "loop*"), IsOurs);
    }

    private static void Expose(MemoryDoor door)
    {
        door.Ask(front =>
        {
            front.Expose();
            return true;
        });
        var appeared = door.Becomes(front => front.Standing is DeviceStanding.Present or DeviceStanding.Failed);
        Assert.True(appeared && door.Ask(front => front.Standing) == DeviceStanding.Present, string.Join('\n', door.News));
    }

    private bool IsOurs(string block)
    {
        var file = Path.Combine(block, "loop", "backing_file");
        return File.Exists(file) && File.ReadAllText(file).Contains($"/{_options.Name}-", StringComparison.Ordinal);
    }
}
