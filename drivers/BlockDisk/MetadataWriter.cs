using Appliance.Core.Replica;
using Appliance.Core.Replica.Disk;

namespace Appliance.Drivers.BlockDisk;

/// <summary>
/// Writes whole metadata to a place where none is in use: a new replica, or the new end of a disk that has grown. What is read last is
/// written last, behind a flush: power may fail anywhere, and either the new metadata is whole or it is not there.
/// </summary>
public static class MetadataWriter
{
    /// <summary>An empty bitmap, an empty intent map and a first superblock. Null, or why it could not be done.</summary>
    public static string? Create(OpenedDevice device, Superblock superblock) =>
        Write(device, superblock, new byte[IntentText.BitsBytes], 1, null);

    /// <summary>Writes it all; null, or why it could not be done.</summary>
    /// <param name="hot">Bits of the intent map.</param>
    /// <param name="hotSequence">Its sequence.</param>
    /// <param name="bitmap">Null: nothing is marked. Of another capacity: what it has no bit for is unmarked.</param>
    public static string? Write(OpenedDevice device, Superblock superblock, byte[] hot, ulong hotSequence, DirtyBitmap? bitmap)
    {
        var layout = new MetadataLayout(device.Bytes, superblock.CapacityBytes);
        if (layout.Start < 0) return $"{device.Path}: its {device.Bytes} bytes are too few for this metadata";
        return Wipe(device, layout) ?? Bitmap(device, layout, bitmap) ?? Intents(device, layout, hot, hotSequence) ?? device.Flush()
            ?? Superblocks(device, layout, superblock) ?? device.Flush();
    }

    /// <summary>Makes superblocks unreadable, stable. Null, or why it could not be done.</summary>
    public static string? Wipe(OpenedDevice device, MetadataLayout layout)
    {
        var zeroes = new byte[Geometry.BlockBytes];
        return device.Write(layout.Superblock0, zeroes) ?? device.Write(layout.Superblock1, zeroes) ?? device.Flush();
    }

    private static string? Bitmap(OpenedDevice device, MetadataLayout layout, DirtyBitmap? bitmap)
    {
        const int pagesAtOnce = 32;
        var chunk = new byte[pagesAtOnce * Geometry.BlockBytes];
        for (var page = 0; page < layout.BitmapPages; page += pagesAtOnce)
        {
            var count = Math.Min(pagesAtOnce, layout.BitmapPages - page);
            Array.Clear(chunk);
            for (var at = 0; at < count && page + at < (bitmap?.Pages ?? 0); at++)
                bitmap!.TakePage(page + at, chunk.AsSpan(at * Geometry.BlockBytes, Geometry.BlockBytes));
            if (device.Write(layout.BitmapPage(page), chunk.AsSpan(0, count * Geometry.BlockBytes)) is { } problem) return problem;
        }

        return null;
    }

    private static string? Intents(OpenedDevice device, MetadataLayout layout, byte[] hot, ulong sequence)
    {
        var block = new byte[Geometry.BlockBytes];
        IntentText.Write(hot, sequence, block);
        if (device.Write(layout.Intent0, block) is { } problem) return problem;
        IntentText.Write(hot, sequence - 1, block);
        return device.Write(layout.Intent1, block);
    }

    private static string? Superblocks(OpenedDevice device, MetadataLayout layout, Superblock superblock)
    {
        var block = new byte[Geometry.BlockBytes];
        SuperblockText.Write(superblock with { Sequence = superblock.Sequence - 1 }, block);
        if (device.Write(layout.Superblock1, block) is { } problem) return problem;
        SuperblockText.Write(superblock, block);
        return device.Write(layout.Superblock0, block);
    }
}
