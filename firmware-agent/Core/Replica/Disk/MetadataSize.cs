namespace Appliance.Core.Replica.Disk;

/// <summary>How much room metadata takes. Rule of thumb: 1 MiB and 32 KiB a GiB.</summary>
public static class MetadataSize
{
    /// <summary>Smallest data area, bytes: below it a replica makes no sense, and tests need little.</summary>
    public const long DataBytesMin = 1 << 20;

    /// <summary>Bytes of metadata for so much data.</summary>
    public static long For(long capacityBytes)
    {
        var end = long.MaxValue / Geometry.BlockBytes * Geometry.BlockBytes;
        return end - new MetadataLayout(end, capacityBytes).Start;
    }

    /// <summary>Internal metadata: the largest data area of a disk of that size; 0 when it is too small.</summary>
    public static long InternalCapacity(long diskBytes)
    {
        var whole = Whole(diskBytes);
        if (whole < DataBytesMin + For(DataBytesMin)) return 0;
        // A bitmap for the whole disk is a block or two too large at most: shrink once, then use what that left.
        var capacity = whole - For(whole);
        return Math.Min(RegionSize.BytesMax, whole - For(capacity));
    }

    /// <summary>External metadata: the whole disk, as far as the metadata device has a bitmap for it; 0 when either is too small.</summary>
    public static long ExternalCapacity(long diskBytes, long metadataBytes)
    {
        var room = Whole(metadataBytes) - For(0);
        if (room < Geometry.BlockBytes || diskBytes < DataBytesMin) return 0;
        var mapped = room / Geometry.BlockBytes > RegionSize.BytesMax / MetadataLayout.BytesPerBitmapPage
            ? RegionSize.BytesMax
            : room / Geometry.BlockBytes * MetadataLayout.BytesPerBitmapPage;
        return Math.Min(Math.Min(Whole(diskBytes), mapped), RegionSize.BytesMax);
    }

    private static long Whole(long bytes) => bytes / Geometry.BlockBytes * Geometry.BlockBytes;
}
