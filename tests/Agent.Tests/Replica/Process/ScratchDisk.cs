using Appliance.Agent.Replica.Process;
using Appliance.Core.Replica;
using Appliance.Core.Replica.Disk;
using Appliance.Core.Replica.History;
using Appliance.Drivers.BlockDisk;

namespace Appliance.Agent.Tests.Replica.Process;

/// <summary>A file with room for data and internal metadata, as if it had just been made.</summary>
internal sealed class ScratchDisk : IDisposable
{
    public const long DataBytes = 64 << 20;
    private const long FileBytes = DataBytes + (4 << 20);
    private readonly FileStream _file;

    public ScratchDisk()
    {
        Path = System.IO.Path.Combine(AppContext.BaseDirectory, $"scratch-{Guid.NewGuid():N}");
        _file = new FileStream(Path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite, 0);
        _file.SetLength(FileBytes);
    }

    public string Path { get; }

    /// <summary>How often the process has given it up.</summary>
    public int Released { get; private set; }

    public AttachedDisk Open(bool just = true)
    {
        var fd = (int)_file.SafeFileHandle.DangerousGetHandle();
        var target = new DiskTarget(fd, Buffered: true);
        var layout = new MetadataLayout(FileBytes, DataBytes);
        var super = new Superblock
        {
            Sequence = 1, Cluster = Guid.NewGuid(), Device = Guid.NewGuid(), Node = 0, DataBytes = DataBytes, CapacityBytes = DataBytes,
            RegionShift = 22, Disk = just ? DiskState.Inconsistent : DiskState.UpToDate, Flags = SuperblockFlags.Clean,
            Generations = new Generations(just ? Generations.JustCreated : 0x1234, 0, default, default), Term = 0, PeerDevice = Guid.Empty,
            PeerCurrent = 0, PeerDataBytes = 0, Boot = Guid.NewGuid(), Instance = Guid.NewGuid(), WrittenAt = 0,
        };
        var image = new DiskImage(super, 0, layout, new byte[4064], 0, 1, new DirtyBitmap(DataBytes / Geometry.BlockBytes));
        return new AttachedDisk(target, target, image, new Claim(this), static _ => "");
    }

    public byte[] Read(long offset, int length)
    {
        var bytes = new byte[length];
        Assert.Equal(length, RandomAccess.Read(_file.SafeFileHandle, bytes, offset));
        return bytes;
    }

    public void Dispose()
    {
        _file.Dispose();
        File.Delete(Path);
    }

    private sealed class Claim(ScratchDisk disk) : IDisposable
    {
        public void Dispose() => disk.Released++;
    }
}
