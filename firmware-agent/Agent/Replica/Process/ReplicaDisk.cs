using Appliance.Core.Replica.Disk;
using Appliance.Drivers.BlockDisk;

namespace Appliance.Agent.Replica.Process;

/// <summary>Where a replica's disk is, and whose it must be.</summary>
/// <param name="Path">Block device or file.</param>
/// <param name="MetadataPath">Empty: at the end of the disk.</param>
/// <param name="Direct">Past the page cache also for a regular file.</param>
/// <param name="Pair">See <see cref="PairId"/>.</param>
/// <param name="Node">Own number.</param>
/// <param name="NotePath">File in the machine's memory (/run) for a <see cref="GivenUpNote"/>; empty: none is kept.</param>
internal sealed record ReplicaDisk(string Path, string MetadataPath, bool Direct, Guid Pair, int Node, string NotePath)
{
    /// <summary>Of the control socket's path.</summary>
    public const string NoteSuffix = ".given-up";

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

        if (image is not null && GivenUp() is { } given && given.IsAbout(image.Superblock))
        {
            image = given.Applied(image);
            note = $"{Path} failed and was given up by an earlier process of this boot: its data is not taken for good before the peer "
                + "says so";
        }

        if (image is not null) return new AttachedDisk(disk.Data, disk.Metadata, image, disk, Keep);
        disk.Dispose();
        return null;
    }

    private GivenUpNote? GivenUp() => NotePath.Length > 0 && File.Exists(NotePath) ? GivenUpNote.Read(File.ReadAllText(NotePath)) : null;

    private string Keep(GivenUpNote note)
    {
        if (NotePath.Length == 0) return "";
        try
        {
            File.WriteAllText(NotePath + ".new", note.Text);
            File.Move(NotePath + ".new", NotePath, overwrite: true);
            return "";
        }
        catch (Exception world) when (world is IOException or UnauthorizedAccessException)
        {
            return $"that {Path} was given up cannot be kept for the next process: {world.Message}";
        }
    }
}
