using Appliance.Core.Replica;
using Appliance.Core.Replica.Disk;
using Appliance.Core.Replica.History;
using Appliance.Drivers.BlockDisk;

namespace Appliance.Agent.Replica.Create;

/// <summary>
/// Makes a disk a replica's: refuses whatever could lose something, then writes an empty history. Data that is there stays as it is, and
/// counts once this node is made primary by force.
/// </summary>
/// <param name="place">Which disk.</param>
/// <param name="size">Bytes that users shall see; 0: all there is room for.</param>
/// <param name="force">Metadata of a replica may be overwritten. A file system in its way may not.</param>
internal sealed class ReplicaCreation(ReplicaPlace place, long size, bool force)
{
    /// <summary>What was done, for people; null and why not.</summary>
    public string? Run(out string problem)
    {
        problem = MakeFiles() ?? "";
        if (problem.Length > 0) return null;
        using var disk = LinuxDisk.Open(place.Disk, place.MetadataPath, direct: false, out problem);
        if (disk is null) return null;
        var bytes = size == 0 ? disk.Capacity : size;
        FileSystemFound? found = null;
        problem = TooSmall(disk, bytes) ?? ReadOnly(place.Disk) ?? Taken(disk) ?? Occupied(disk, bytes, out found) ?? "";
        if (problem.Length > 0) return null;
        var superblock = FirstImage.Of(
            place.Pair, Guid.NewGuid(), place.Node, bytes, disk.Capacity, DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        problem = MetadataWriter.Create(disk.MetadataDevice, superblock) ?? "";
        return problem.Length == 0 ? Words(disk, bytes, found) : null;
    }

    /// <summary>A disk that is a regular file is made when it is missing and its size is given; so is the file for external
    /// metadata.</summary>
    private string? MakeFiles()
    {
        if (!Path.Exists(place.Disk) && !place.Disk.StartsWith("/dev/", StringComparison.Ordinal) && size > 0)
            return MakeFile(place.Disk, size + (place.MetadataPath.Length == 0 ? MetadataSize.For(size) : 0));
        if (place.MetadataPath.Length == 0 || Path.Exists(place.MetadataPath)) return null;
        if (place.MetadataPath.StartsWith("/dev/", StringComparison.Ordinal)) return $"{place.MetadataPath} does not exist";
        using var disk = OpenedDevice.Look(place.Disk, out var problem);
        return disk is null ? problem : MakeFile(place.MetadataPath, MetadataSize.For(disk.Bytes));
    }

    private static string? MakeFile(string path, long bytes)
    {
        try
        {
            using var file = new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
            file.SetLength((bytes + Geometry.BlockBytes - 1) / Geometry.BlockBytes * Geometry.BlockBytes);
            return null;
        }
        catch (Exception world) when (world is IOException or UnauthorizedAccessException)
        {
            return $"{path}: {world.Message}";
        }
    }

    private string? TooSmall(LinuxDisk disk, long bytes)
    {
        if (disk.Capacity == 0)
            return $"{place.Disk} is too small: a replica needs {MetadataSize.DataBytesMin + MetadataSize.For(MetadataSize.DataBytesMin)} "
                + "bytes at least, and external metadata its own";
        if (bytes > disk.Capacity)
            return $"{place.Disk} has room for {disk.Capacity} bytes of data, {bytes} are wanted";
        return bytes % Geometry.BlockBytes == 0 && bytes >= MetadataSize.DataBytesMin
            ? null
            : $"a size is a multiple of {Geometry.BlockBytes} bytes and at least {MetadataSize.DataBytesMin}";
    }

    private string? Taken(LinuxDisk disk)
    {
        if (MetadataBlocks.Read(disk.MetadataDevice, out var problem) is not { } blocks) return problem;
        if (force || (!SuperblockText.IsMarked(blocks.Super0) && !SuperblockText.IsMarked(blocks.Super1))) return null;
        const string advice = "if nobody needs it, --force overwrites it and forgets its history";
        var path = disk.MetadataDevice.Path;
        if (SuperblockChoice.Of(blocks.Super0, blocks.Super1, out problem) is not { } choice)
            return $"{path} has metadata of a replica that this program cannot read ({problem}): {advice}";
        var now = choice.Superblock;
        if (now.Cluster != place.Pair)
            return $"{path} belongs to another replica or cluster (pair {now.Cluster}; {place.Name} of {place.Cluster} is {place.Pair}): "
                + $"is it the right disk? {advice}";
        if (now.Node != place.Node)
            return $"{path} is node {now.Node}'s disk of this replica, and this is node {place.Node}: were the disks exchanged or cloned? "
                + advice;
        return now.Generations.Current == Generations.JustCreated
            ? $"{path} was made this replica's before and is still empty: nothing to do"
            : $"{path} is this replica's already and holds data ({now.Disk}): {advice}";
    }

    /// <summary>The kernel opens a read-only loop device for writing and refuses later; the reason is told before.</summary>
    private static string? ReadOnly(string path)
    {
        var flag = $"/sys/class/block/{Path.GetFileName(DiskUse.RealPath(path))}/ro";
        return File.Exists(flag) && File.ReadAllText(flag).Trim() == "1"
            ? $"{path} is read-only: is it the right disk? (blockdev --setrw {path}, if it may be written)"
            : null;
    }

    private static string? Occupied(LinuxDisk disk, long bytes, out FileSystemFound? found)
    {
        var first = new byte[(int)Math.Min(FileSystemText.BytesWanted, disk.DataDevice.Bytes)];
        found = null;
        if (disk.DataDevice.Read(0, first) is { } problem) return problem;
        var last = new byte[first.Length];
        if (disk.DataDevice.Read(disk.DataDevice.Bytes - last.Length, last) is { } unreadable) return unreadable;
        // What is described at the end matters only where our metadata would lie.
        found = FileSystemText.Find(first) ?? (disk.IsInternal ? FileSystemText.FindLast(last, disk.DataDevice.Bytes) : null);
        if (found is { Bytes: < 0 } && !disk.IsInternal && bytes == disk.DataDevice.Bytes) return null; // To the end, which stays its own.
        return found?.Conflict(bytes, disk.DataDevice.Path) is { } conflict ? $"{disk.DataDevice.Path}: {conflict}" : null;
    }

    private string Words(LinuxDisk disk, long bytes, FileSystemFound? found)
    {
        var where = disk.IsInternal ? "at its end" : $"in {place.MetadataPath}";
        var content = found is null
            ? ""
            : $"\nThe {Noun(found.Kind)} on it stays, and becomes the content of both nodes with: "
                + $"appliance replica primary {place.Name} --force";
        return $"{place.Disk} is node {place.Node}'s disk of replica {place.Name}: {Sizes.Of(bytes)} of data, metadata {where}."
            + content;
    }

    /// <summary>"a partition table" without its article.</summary>
    private static string Noun(string kind) => kind.Split(' ', 2) is ["a" or "an" or "the", var noun] ? noun : kind;
}
