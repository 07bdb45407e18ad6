namespace Appliance.Core.Replica.Disk;

/// <summary>What a shell read from a disk before it attaches: everything the engine must know of the past.</summary>
/// <param name="Superblock">The valid one with the higher sequence.</param>
/// <param name="SuperblockSlot">Where it was; the next goes to the other.</param>
/// <param name="Layout">Places.</param>
/// <param name="Hot">Bits of the newest valid intent map (bit n: region n may differ), 4,064 bytes.</param>
/// <param name="HotSlot">Where it was.</param>
/// <param name="HotSequence">Its sequence.</param>
/// <param name="Bitmap">The dirty bitmap.</param>
public sealed record DiskImage(
    Superblock Superblock, int SuperblockSlot, MetadataLayout Layout, byte[] Hot, int HotSlot, ulong HotSequence, DirtyBitmap Bitmap);
