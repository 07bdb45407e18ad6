namespace Appliance.Core.Replica.Disk;

/// <summary>
/// Where things are, in bytes from the start of the metadata device (internal: the disk itself; external: a file of its own).
/// <code>
/// start ─ [bitmap: 1 block a 128 MiB of data][intent 0][intent 1][superblock 1] … [superblock 0] ─ end
/// </code>
/// Superblock 0 is the last whole block of the device; superblock 1 lies a mebibyte before it, on another stripe or erase block.
/// </summary>
/// <param name="End">Bytes of the metadata device.</param>
/// <param name="CapacityBytes">Most data bytes that this layout has a bitmap for.</param>
public readonly record struct MetadataLayout(long End, long CapacityBytes)
{
    private const long SlotDistance = 1 << 20;

    /// <summary>Data bytes that one block of bitmap stands for: 128 MiB.</summary>
    public const long BytesPerBitmapPage = 8L * Geometry.BlockBytes * Geometry.BlockBytes;

    public long Superblock0 => (End / Geometry.BlockBytes * Geometry.BlockBytes) - Geometry.BlockBytes;

    public long Superblock1 => Superblock0 - SlotDistance;

    public long Intent1 => Superblock1 - Geometry.BlockBytes;

    public long Intent0 => Intent1 - Geometry.BlockBytes;

    public int BitmapPages => (int)((CapacityBytes + BytesPerBitmapPage - 1) / BytesPerBitmapPage);

    /// <summary>Internal metadata: data must end here.</summary>
    public long Start => Intent0 - ((long)BitmapPages * Geometry.BlockBytes);

    public long Superblock(int slot) => slot == 0 ? Superblock0 : Superblock1;

    public long Intent(int slot) => slot == 0 ? Intent0 : Intent1;

    public long BitmapPage(int page) => Start + ((long)page * Geometry.BlockBytes);
}
