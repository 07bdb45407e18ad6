using System.Globalization;

namespace Appliance.Core.Replica.Disk;

/// <summary>Something that already lives on a disk.</summary>
/// <param name="Kind">"ext4", "xfs", "LVM physical volume" …</param>
/// <param name="Bytes">How far it reaches from the start of the disk; -1: it does not say, so it may reach to the end.</param>
public sealed record FileSystemFound(string Kind, long Bytes)
{
    /// <summary>Null when a data area of <paramref name="capacityBytes"/> holds all of it; else a sentence that says by how much it reaches
    /// too far and what to do.</summary>
    /// <param name="disk">Its path, for the commands in the sentence.</param>
    public string? Conflict(long capacityBytes, string disk = "DISK")
    {
        if (Bytes >= 0 && Bytes <= capacityBytes) return null;
        var reach = Bytes < 0
            ? "which may reach to its end"
            : string.Create(CultureInfo.InvariantCulture, $"which reaches {Bytes - capacityBytes} bytes into the place of the metadata");
        return $"the disk holds {Kind}, {reach}: {Advice(capacityBytes, disk)}";
    }

    private string Advice(long capacityBytes, string disk)
    {
        var kib = (capacityBytes / 1024).ToString(CultureInfo.InvariantCulture);
        const string external = "or keep the metadata elsewhere with --metadata PATH";
        return Kind switch
        {
            "ext2" or "ext3" or "ext4" => $"unmount it, e2fsck -f {disk}, and shrink it with resize2fs {disk} {kib}K, {external}",
            "xfs" => "xfs cannot shrink: make the partition larger, copy the files and make it anew, " + external,
            "btrfs" => $"mount it and shrink it with btrfs filesystem resize {kib}K DIRECTORY, {external}",
            "swap space" => $"swap must not be on a replica: swapoff {disk} and wipe it with wipefs --all {disk}",
            "a partition table" => "name one of the partitions instead of the whole disk",
            "an LVM physical volume" =>
                $"use a logical volume on it as the disk, or shrink it with pvresize --setphysicalvolumesize {kib}k {disk}",
            _ => $"if nobody needs it, wipe it with wipefs --all {disk}, {external}",
        };
    }
}
