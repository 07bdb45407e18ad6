using Appliance.Core.Replica;
using Appliance.Core.Replica.Disk;
using Appliance.Drivers.Interop;

namespace Appliance.Drivers.BlockDisk;

/// <summary>
/// The disk of a replica, claimed for us alone: data, and metadata at its end or on a device or file of its own. Disposing it gives up the
/// claim; nothing may be under way then. The calls block, so they are made before the engine has the disk.
/// </summary>
public sealed class LinuxDisk : IDisposable
{
    private readonly OpenedDevice _data;
    private readonly OpenedDevice? _external;

    private LinuxDisk(OpenedDevice data, OpenedDevice? external) => (_data, _external) = (data, external);

    /// <summary>For the performer.</summary>
    public DiskTarget Data => new(_data.Fd, _data.Buffered);

    /// <summary>For the performer; offsets are those of <see cref="MetadataLayout"/>.</summary>
    public DiskTarget Metadata => new(MetadataDevice.Fd, MetadataDevice.Buffered);

    public OpenedDevice DataDevice => _data;

    public OpenedDevice MetadataDevice => _external ?? _data;

    public bool IsInternal => _external is null;

    /// <summary>Logical sector of the data device: what a front end must not go below.</summary>
    public int SectorBytes => _data.SectorBytes;

    /// <summary>Most data bytes that this disk and its metadata device have room for; 0: too small.</summary>
    public long Capacity => IsInternal
        ? MetadataSize.InternalCapacity(_data.Bytes)
        : MetadataSize.ExternalCapacity(_data.Bytes, MetadataDevice.Bytes);

    /// <summary>Claims the disk; null and why not.</summary>
    /// <param name="disk">Block device or regular file.</param>
    /// <param name="metadataPath">Empty: internal.</param>
    /// <param name="direct">O_DIRECT for regular files, too.</param>
    /// <param name="problem">For people.</param>
    public static LinuxDisk? Open(string disk, string metadataPath, bool direct, out string problem)
    {
        if (metadataPath.Length > 0 && DiskUse.RealPath(disk) == DiskUse.RealPath(metadataPath))
        {
            problem = $"{disk} cannot be its own external metadata: leave it out, and the metadata goes to its end";
            return null;
        }

        if (OpenedDevice.Open(disk, direct, out problem) is not { } data) return null;
        if (metadataPath.Length == 0) return new LinuxDisk(data, null);
        if (OpenedDevice.Open(metadataPath, direct, out problem) is { } external) return new LinuxDisk(data, external);
        data.Dispose();
        return null;
    }

    public AttachPlace Place(Guid pair, int node) => new(pair, node, _data.Bytes, MetadataDevice.Bytes, IsInternal);

    /// <summary>Reads everything that the engine must know of the past; null and why the disk must not be used.</summary>
    /// <param name="place">Whose it must be; see <see cref="Place"/>.</param>
    /// <param name="note">Usable, but an operator should know: a torn slot. Else empty.</param>
    /// <param name="problem">For people.</param>
    public DiskImage? ReadImage(AttachPlace place, out string note, out string problem)
    {
        note = "";
        var blocks = MetadataBlocks.Read(MetadataDevice, out problem);
        if (blocks is null) return null;
        if (AttachedImage.Begin(place, blocks.Super0, blocks.Super1, blocks.Intent0, blocks.Intent1, out problem) is not { } image)
            return Refuse(ref problem);
        const int pagesAtOnce = 32;
        var pages = new byte[pagesAtOnce * Geometry.BlockBytes];
        while (image.NextPage is >= 0 and var page)
        {
            var count = Math.Min(pagesAtOnce, image.Layout.BitmapPages - page);
            var chunk = pages.AsSpan(0, count * Geometry.BlockBytes);
            problem = MetadataDevice.Read(image.Layout.BitmapPage(page), chunk) ?? "";
            if (problem.Length > 0) return null;
            for (var at = 0; at < count; at++) image.TakePage(chunk.Slice(at * Geometry.BlockBytes, Geometry.BlockBytes));
        }

        note = image.Note.Length == 0 ? "" : $"{MetadataDevice.Path}: {image.Note}";
        return image.Finish();
    }

    public void Dispose()
    {
        _data.Dispose();
        _external?.Dispose();
    }

    private DiskImage? Refuse(ref string problem)
    {
        problem = $"{MetadataDevice.Path}: {problem}";
        return null;
    }
}

/// <summary>The four blocks that are always at the same place.</summary>
public sealed record MetadataBlocks(byte[] Super0, byte[] Super1, byte[] Intent0, byte[] Intent1)
{
    /// <summary>Null and why not.</summary>
    public static MetadataBlocks? Read(OpenedDevice device, out string problem)
    {
        var places = new MetadataLayout(device.Bytes, 0);
        if (places.Start < 0)
        {
            problem = $"{device.Path}: {device.Bytes} bytes are too few for the metadata of a replica";
            return null;
        }

        var found = new MetadataBlocks(New(), New(), New(), New());
        problem = device.Read(places.Superblock0, found.Super0) ?? device.Read(places.Superblock1, found.Super1)
            ?? device.Read(places.Intent0, found.Intent0) ?? device.Read(places.Intent1, found.Intent1) ?? "";
        return problem.Length == 0 ? found : null;
    }

    private static byte[] New() => new byte[Geometry.BlockBytes];
}
