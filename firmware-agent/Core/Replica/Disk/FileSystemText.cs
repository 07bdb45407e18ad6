using System.Buffers.Binary;

namespace Appliance.Core.Replica.Disk;

/// <summary>
/// Recognises what is on a disk by its first bytes, and reads how large it is. The offsets are those that blkid(8) knows them by. The bytes
/// may be anything: a size that cannot be is "unknown", never a number to calculate with.
/// </summary>
public static class FileSystemText
{
    /// <summary>Bytes that are needed; fewer are taken for a disk that has no more.</summary>
    public const int BytesWanted = 128 << 10;

    private const int Sector = 512;
    private const long Unknown = -1;
    private const uint RaidMagic = 0xa92b4efc;

    /// <summary>Null: nothing that we know.</summary>
    public static FileSystemFound? Find(ReadOnlySpan<byte> first) =>
        Ext(first) ?? Xfs(first) ?? Btrfs(first) ?? Raid(first) ?? Lvm(first) ?? Swap(first) ?? Luks(first) ?? FatAndNtfs(first)
            ?? Partitions(first);

    /// <summary>What keeps its description at the end of a disk: md metadata 0.90 and 1.0, and the copy of a GPT whose beginning was
    /// wiped. Null: nothing that we know.</summary>
    /// <param name="last">The last <see cref="BytesWanted"/> of the disk, or all of a smaller one.</param>
    /// <param name="diskBytes">Size of the whole disk.</param>
    public static FileSystemFound? FindLast(ReadOnlySpan<byte> last, long diskBytes)
    {
        const long page = 4 << 10; // 1.0 lies at least two of these before the end, 0.90 in the last whole chunk.
        const long chunk = 64 << 10;
        var begin = diskBytes - last.Length;
        var sectors = diskBytes / Sector * Sector;
        foreach (var (at, version) in new[] { ((sectors - 2 * page) / page * page, 1u), (diskBytes / chunk * chunk - chunk, 0u) })
        {
            if (at < begin || at - begin > last.Length - 8) continue;
            var place = (int)(at - begin);
            if (U32(last, place) == RaidMagic && U32(last, place + 4) == version) return new("a member of an md RAID", Unknown);
        }

        return sectors - Sector >= begin && Has(last, (int)(sectors - Sector - begin), "EFI PART"u8)
            ? new("the end of a partition table", Unknown)
            : null;
    }

    private static FileSystemFound? Ext(ReadOnlySpan<byte> first)
    {
        const int at = 1024;
        if (first.Length < at + 1024 || U16(first, at + 56) != 0xef53) return null;
        var (compatible, incompatible, shift) = (U32(first, at + 0x5c), U32(first, at + 0x60), U32(first, at + 24));
        var kind = (incompatible & (0x40 | 0x80 | 0x200)) != 0 ? "ext4" : (compatible & 4) != 0 ? "ext3" : "ext2";
        if ((incompatible & 8) != 0) return new("an ext journal device", Unknown);
        var blocks = U32(first, at + 4) | ((incompatible & 0x80) != 0 ? (ulong)U32(first, at + 0x150) << 32 : 0);
        return new(kind, shift > 6 ? Unknown : Product(blocks, 1024UL << (int)shift));
    }

    private static FileSystemFound? Xfs(ReadOnlySpan<byte> first) => !Has(first, 0, "XFSB"u8) || first.Length < Sector
        ? null
        : new("xfs", Product(BinaryPrimitives.ReadUInt64BigEndian(first[8..]), BinaryPrimitives.ReadUInt32BigEndian(first[4..])));

    /// <summary>The size is that of this device, not of a file system of several.</summary>
    private static FileSystemFound? Btrfs(ReadOnlySpan<byte> first)
    {
        const int at = 64 << 10;
        return !Has(first, at + 64, "_BHRfS_M"u8) || first.Length < at + 4096 ? null : new("btrfs", Product(U64(first, at + 0xd1), 1));
    }

    /// <summary>md metadata 1.1 (at the start) and 1.2 (4 KiB in).</summary>
    private static FileSystemFound? Raid(ReadOnlySpan<byte> first)
    {
        foreach (var at in new[] { 0, 4096 })
        {
            if (first.Length < at + 256 || U32(first, at) != RaidMagic || U32(first, at + 4) != 1) continue;
            var sectors = U64(first, at + 128) + U64(first, at + 136);
            return new("a member of an md RAID", sectors < U64(first, at + 128) ? Unknown : Product(sectors, Sector));
        }

        return null;
    }

    private static FileSystemFound? Lvm(ReadOnlySpan<byte> first)
    {
        for (var at = 0; at < 4 * Sector; at += Sector)
        {
            if (first.Length < at + Sector || !Has(first, at, "LABELONE"u8) || !Has(first, at + 24, "LVM2 001"u8)) continue;
            var header = U32(first, at + 20);
            return new("an LVM physical volume", header > Sector - 40 ? Unknown : Product(U64(first, at + (int)header + 32), 1));
        }

        return null;
    }

    private static FileSystemFound? Swap(ReadOnlySpan<byte> first)
    {
        foreach (var page in new[] { 4096, 8192, 16384, 65536 })
            if (Has(first, page - 10, "SWAPSPACE2"u8)) return new("swap space", Product(U32(first, 1024 + 4) + 1UL, (ulong)page));
        return null;
    }

    private static FileSystemFound? Luks(ReadOnlySpan<byte> first) =>
        Has(first, 0, "LUKS"u8) && Has(first, 4, [0xba, 0xbe]) ? new("a LUKS volume", Unknown) : null;

    private static FileSystemFound? FatAndNtfs(ReadOnlySpan<byte> first)
    {
        if (first.Length < Sector || U16(first, 510) != 0xaa55) return null;
        var bytesPerSector = U16(first, 11);
        if (Has(first, 3, "NTFS    "u8)) return new("ntfs", Product(U64(first, 40) + 1, bytesPerSector));
        if (!Has(first, 54, "FAT"u8) && !Has(first, 82, "FAT32"u8)) return null;
        var sectors = U16(first, 19) is > 0 and var few ? few : U32(first, 32);
        return new("vfat", Product(sectors, bytesPerSector));
    }

    /// <summary>A GPT has its copy in the last sector that it uses; an MBR says where its partitions end.</summary>
    private static FileSystemFound? Partitions(ReadOnlySpan<byte> first)
    {
        const string kind = "a partition table";
        if (Has(first, Sector, "EFI PART"u8) && first.Length >= 2 * Sector)
            return new(kind, U64(first, Sector + 32) == ulong.MaxValue ? Unknown : Product(U64(first, Sector + 32) + 1, Sector));
        if (first.Length < Sector || U16(first, 510) != 0xaa55) return null;
        var end = 0UL;
        for (var at = 446; at < 510; at += 16)
        {
            if (first[at] is not (0 or 0x80)) return null; // Boot code that ends like a table.
            if (first[at + 4] != 0) end = Math.Max(end, U32(first, at + 8) + (ulong)U32(first, at + 12));
        }

        return end == 0 ? null : new(kind, Product(end, Sector));
    }

    /// <summary>Unknown where the product is 0 or cannot be the size of a disk.</summary>
    private static long Product(ulong count, ulong unit)
    {
        if (count == 0 || unit == 0 || count > long.MaxValue / unit) return Unknown;
        return (long)(count * unit);
    }

    private static bool Has(ReadOnlySpan<byte> first, int at, ReadOnlySpan<byte> word) =>
        first.Length >= at + word.Length && first.Slice(at, word.Length).SequenceEqual(word);

    private static ushort U16(ReadOnlySpan<byte> first, int at) => BinaryPrimitives.ReadUInt16LittleEndian(first[at..]);

    private static uint U32(ReadOnlySpan<byte> first, int at) => BinaryPrimitives.ReadUInt32LittleEndian(first[at..]);

    private static ulong U64(ReadOnlySpan<byte> first, int at) => BinaryPrimitives.ReadUInt64LittleEndian(first[at..]);
}
