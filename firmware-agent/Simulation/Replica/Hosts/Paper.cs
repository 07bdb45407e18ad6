using Appliance.Core.Replica;
using Appliance.Core.Replica.Disk;
using Appliance.Core.Replica.History;
using Appliance.Simulation.Replica.Disks;

namespace Appliance.Simulation.Replica.Hosts;

/// <summary>The metadata of a simulated disk, made and read with the codecs of the product.</summary>
public static class Paper
{
    private static readonly Guid Cluster = new("7d1f5f8e-5f3c-4f0c-9a57-0d5ad70aa9d1");

    /// <summary>Size of a metadata area of its own (external metadata).</summary>
    public static long MetadataBytes(ReplicaSite site)
    {
        var layout = new MetadataLayout(1L << 30, site.DataBytes);
        return layout.End - layout.Start;
    }

    /// <summary>As <c>replica create</c> leaves a disk.</summary>
    public static void Create(SimDisk disk, ReplicaSite site, int node, Guid device)
    {
        var layout = Layout(site);
        var superblock = new Superblock
        {
            Sequence = 1, Cluster = Cluster, Device = device, Node = node, DataBytes = site.DataBytes, CapacityBytes = site.DataBytes,
            RegionShift = site.RegionShift, Disk = DiskState.Inconsistent, Flags = SuperblockFlags.Clean,
            Generations = new Generations(Generations.JustCreated, 0, default, default), Term = 0, PeerDevice = Guid.Empty,
            PeerCurrent = 0, PeerDataBytes = 0, Boot = Guid.Empty, Instance = Guid.Empty, WrittenAt = 0,
        };
        var block = new byte[Geometry.BlockBytes];
        for (var slot = 0; slot < 2; slot++)
        {
            SuperblockText.Write(superblock with { Sequence = (ulong)slot + 1 }, block);
            Put(disk, layout.Superblock(slot), block);
            IntentText.Write(new byte[IntentText.BitsBytes], (ulong)slot + 1, block);
            Put(disk, layout.Intent(slot), block);
        }
    }

    /// <summary>What an attach would find; null: nothing that can be attached.</summary>
    /// <param name="disk">The disk.</param>
    /// <param name="survives">Whether a sector that is only in the cache survives; null: as a read sees it now.</param>
    /// <param name="site">For the places.</param>
    public static DiskImage? Read(SimDisk disk, Func<long, bool>? survives, ReplicaSite site)
    {
        var layout = Layout(site);
        var block = new byte[Geometry.BlockBytes];
        (Superblock? Block, int Slot) best = (null, 0);
        (byte[]? Bits, int Slot, ulong Sequence) hot = (null, 0, 0);
        for (var slot = 0; slot < 2; slot++)
        {
            Get(disk, layout.Superblock(slot), block, survives);
            if (SuperblockText.Read(block, out _) is { } found && (best.Block is null || found.Sequence > best.Block.Sequence))
                best = (found, slot);
            Get(disk, layout.Intent(slot), block, survives);
            if (IntentText.Read(block, out var sequence, out _) is { } bits && (hot.Bits is null || sequence > hot.Sequence))
                hot = (bits, slot, sequence);
        }

        if (best.Block is null || hot.Bits is null) return null;
        var bitmap = new DirtyBitmap(site.DataBytes / Geometry.BlockBytes);
        for (var page = 0; page < bitmap.Pages; page++)
        {
            Get(disk, layout.BitmapPage(page), block, survives);
            bitmap.LoadPage(page, block);
        }

        return new DiskImage(best.Block, best.Slot, layout, hot.Bits, hot.Slot, hot.Sequence, bitmap);
    }

    /// <summary>For a place in the metadata: which structure it belongs to.</summary>
    public static MetadataKind KindOf(ReplicaSite site, long offset)
    {
        var layout = Layout(site);
        if (offset == layout.Superblock0 || offset == layout.Superblock1) return MetadataKind.Superblock;
        return offset == layout.Intent0 || offset == layout.Intent1 ? MetadataKind.Intent : MetadataKind.Bitmap;
    }

    private static MetadataLayout Layout(ReplicaSite site) => new(MetadataBytes(site), site.DataBytes);

    private static void Put(SimDisk disk, long offset, byte[] block)
    {
        for (var at = 0; at < block.Length; at += Sector.Bytes)
            disk.Metadata.Write((offset + at) / Sector.Bytes, block.AsSpan(at, Sector.Bytes), 0, stable: true);
    }

    private static void Get(SimDisk disk, long offset, byte[] block, Func<long, bool>? survives)
    {
        if (survives is null) disk.Metadata.Visible.Read(offset, block);
        else disk.Metadata.ReadCrashed(offset, block, survives);
    }
}

/// <summary>What a block of metadata is.</summary>
public enum MetadataKind
{
    Superblock,
    Intent,
    Bitmap,
}
