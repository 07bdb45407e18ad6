using Appliance.Core.Replica.Disk;
using Appliance.Drivers.BlockDisk;

namespace Appliance.Agent.Replica.Process;

/// <summary>Where a replica's disk is, and whose it must be.</summary>
/// <param name="Path">Block device or file.</param>
/// <param name="MetadataPath">Empty: at the end of the disk.</param>
/// <param name="Direct">Past the page cache also for a regular file.</param>
/// <param name="Pair">See <see cref="PairId"/>.</param>
/// <param name="Node">Own number.</param>
internal sealed record ReplicaDisk(string Path, string MetadataPath, bool Direct, Guid Pair, int Node)
{
    /// <summary>Claims and reads it; null and why not. Metadata at the end of a disk that has grown since is moved to its new end, so that
    /// the volume may be resized. Blocks, so it is not called on the loop's thread.</summary>
    /// <param name="note">Usable, but an operator should know; else empty.</param>
    public AttachedDisk? Open(out string note, out string problem)
    {
        note = "";
        var disk = LinuxDisk.Open(Path, MetadataPath, Direct, out problem);
        if (disk is null) return null;
        var place = disk.Place(Pair, Node);
        var image = disk.ReadImage(place, out note, out problem);
        if (image is null && disk.IsInternal && MetadataGrowth.Move(disk, Pair, Node, out _) is { } capacity)
        {
            image = disk.ReadImage(place, out note, out problem);
            note = $"{Path} has grown: its metadata was moved to the new end, and the volume may have {capacity} bytes";
        }

        if (image is not null) return new AttachedDisk(disk.Data, disk.Metadata, image, disk);
        disk.Dispose();
        return null;
    }
}
