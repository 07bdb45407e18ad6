using Appliance.Core.Replica;
using Appliance.Core.Replica.Disk;

namespace Appliance.Drivers.BlockDisk;

/// <summary>
/// Moves internal metadata to the new end of a disk that has grown (lvextend, a larger partition), so that the engine's Resize has room.
/// The disk is claimed and not attached. The new place is written whole before the old one is wiped: whenever power fails, one of them
/// counts, and doing it again goes on.
/// </summary>
public static class MetadataGrowth
{
    private const long SlotDistance = 1 << 20;

    /// <summary>Done, with the capacity that there is now; or null and why not.</summary>
    /// <param name="disk">Internal metadata.</param>
    /// <param name="pair">Whose it must be.</param>
    /// <param name="node">Whose it must be.</param>
    /// <param name="problem">For people.</param>
    public static long? Move(LinuxDisk disk, Guid pair, int node, out string problem)
    {
        if (!disk.IsInternal)
        {
            problem = "metadata that is external does not move: make its file larger and create it anew, or leave the size as it is";
            return null;
        }

        var device = disk.DataDevice;
        if (disk.ReadImage(disk.Place(pair, node), out _, out problem) is { } present) return AlreadyThere(disk, present, out problem);
        if (FindOldEnd(device, pair, out var searched) is not { } oldEnd)
        {
            problem = searched ?? problem;
            return null;
        }

        return Move(disk, oldEnd, pair, node, out problem);
    }

    private static long? AlreadyThere(LinuxDisk disk, DiskImage present, out string problem)
    {
        problem = "";
        var capacity = present.Superblock.CapacityBytes;
        if (disk.Capacity - capacity < 4 * MetadataLayout.BytesPerBitmapPage || disk.Capacity <= capacity) return capacity;
        problem = "the metadata lies at the end of the disk but has no room for all of it: create it anew";
        return null;
    }

    private static long? Move(LinuxDisk disk, long oldEnd, Guid pair, int node, out string problem)
    {
        var device = disk.DataDevice;
        if (ReadAt(device, oldEnd, pair, node, out problem) is not { } old) return null;
        var capacity = disk.Capacity;
        var layout = new MetadataLayout(device.Bytes, capacity);
        if (layout.Start < oldEnd)
        {
            problem = $"the disk has grown by {device.Bytes - oldEnd} bytes; at least {device.Bytes - layout.Start} are needed so that "
                + "the old metadata stays whole until the new one is there";
            return null;
        }

        // The intent map's bits keep their meaning only with the same region: a larger region makes every one that had a part hot.
        var shift = Math.Max(old.Superblock.RegionShift, RegionSize.ShiftFor(capacity));
        var next = old.Superblock with { CapacityBytes = capacity, RegionShift = shift, Sequence = old.Superblock.Sequence + 2 };
        var hot = Coarser(old.Hot, shift - old.Superblock.RegionShift);
        var bitmap = new DirtyBitmap(capacity / Geometry.BlockBytes);
        for (var from = 0L; old.Bitmap.TryNext(from, int.MaxValue, out var first, out var count); from = first + count)
            bitmap.Set(first, count);
        problem = MetadataWriter.Write(device, next, hot, old.HotSequence + 2, bitmap)
            ?? MetadataWriter.Wipe(device, new MetadataLayout(oldEnd, old.Superblock.CapacityBytes)) ?? "";
        return problem.Length == 0 ? capacity : null;
    }

    private static byte[] Coarser(byte[] bits, int by)
    {
        if (by == 0) return bits;
        var coarse = new byte[bits.Length];
        for (var region = 0; region < bits.Length * 8; region++)
            if ((bits[region >> 3] >> (region & 7) & 1) != 0) coarse[region >> by >> 3] |= (byte)(1 << ((region >> by) & 7));
        return coarse;
    }

    /// <summary>Reads the metadata of a disk as it was when it ended at <paramref name="end"/>.</summary>
    private static DiskImage? ReadAt(OpenedDevice device, long end, Guid pair, int node, out string problem)
    {
        var place = new AttachPlace(pair, node, device.Bytes, end, IsInternal: true);
        var (super0, super1, intent0, intent1) = (Block(), Block(), Block(), Block());
        problem = device.Read(place.Blocks.Superblock0, super0) ?? device.Read(place.Blocks.Superblock1, super1)
            ?? device.Read(place.Blocks.Intent0, intent0) ?? device.Read(place.Blocks.Intent1, intent1) ?? "";
        if (problem.Length > 0) return null;
        if (AttachedImage.Begin(place, super0, super1, intent0, intent1, out problem) is not { } image) return null;
        var page = Block();
        while (image.NextPage is >= 0 and var next)
        {
            problem = device.Read(image.Layout.BitmapPage(next), page) ?? "";
            if (problem.Length > 0) return null;
            image.TakePage(page);
        }

        return image.Finish();
    }

    /// <summary>Searches from the end backwards for a superblock of ours in slot 0 whose layout fits where it stands.</summary>
    private static long? FindOldEnd(OpenedDevice device, Guid pair, out string? problem)
    {
        const int windowBytes = 4 << 20;
        var window = new byte[windowBytes];
        problem = null;
        for (var end = device.Bytes / Geometry.BlockBytes * Geometry.BlockBytes; end > 0;)
        {
            var start = Math.Max(0, end - windowBytes);
            var part = window.AsSpan(0, (int)(end - start));
            if ((problem = device.Read(start, part)) is not null) return null;
            for (var at = part.Length - Geometry.BlockBytes; at >= 0; at -= Geometry.BlockBytes)
            {
                var block = part.Slice(at, Geometry.BlockBytes);
                if (!SuperblockText.IsMarked(block)) continue;
                if (SuperblockText.Read(block, out _) is not { } found || found.Cluster != pair) continue;
                // Slot 0 stands at the end, slot 1 a mebibyte before it: where the other was torn, one of them tells the end.
                foreach (var oldEnd in new[] { start + at + Geometry.BlockBytes, start + at + Geometry.BlockBytes + SlotDistance })
                    if (MetadataSize.InternalCapacity(oldEnd) == found.CapacityBytes && oldEnd <= device.Bytes) return oldEnd;
            }

            end = start;
        }

        return null;
    }

    private static byte[] Block() => new byte[Geometry.BlockBytes];
}
