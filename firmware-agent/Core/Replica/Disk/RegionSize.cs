namespace Appliance.Core.Replica.Disk;

/// <summary>How much of the disk one bit of the intent map stands for.</summary>
public static class RegionSize
{
    /// <summary>Largest volume: 1 PiB. Its bitmap takes 32 GiB of memory; the boxes stop long before.</summary>
    public const long BytesMax = 1L << 50;

    private const int ShiftMax = 40;

    /// <summary>log2 of the region: 4 MiB, or the smallest power of two with which <see cref="Geometry.RegionsMax"/> regions do.</summary>
    public static int ShiftFor(long capacityBytes)
    {
        Invariant.Check(capacityBytes >= 0);
        Invariant.Check(capacityBytes <= BytesMax);
        var shift = System.Numerics.BitOperations.Log2(Geometry.RegionBytesMin);
        while (Regions(shift, capacityBytes) > Geometry.RegionsMax) shift++;
        return shift;
    }

    /// <summary>The map has a bit for every region. Smaller regions than 4 MiB are for tests.</summary>
    public static bool IsUsable(int shift, long capacityBytes) =>
        shift is >= 12 and <= ShiftMax && Regions(shift, capacityBytes) <= IntentText.BitsBytes * 8L;

    private static long Regions(int shift, long bytes) => (bytes + (1L << shift) - 1) >> shift;
}
