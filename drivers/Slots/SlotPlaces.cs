namespace Appliance.Drivers.Slots;

/// <summary>Where an image keeps things.</summary>
/// <param name="CommandLine">The kernel's.</param>
/// <param name="Release">Of the root that runs.</param>
/// <param name="Boot">Folder of the boot partition.</param>
/// <param name="Partitions">Folder with a link for each partition's name.</param>
public sealed record SlotPlaces(string CommandLine, string Release, string Boot, string Partitions)
{
    /// <param name="root">"/", or a folder that stands for it.</param>
    public static SlotPlaces Below(string root) => new(
        Path.Combine(root, "proc/cmdline"), Path.Combine(root, "usr/lib/appliance/release"), Path.Combine(root, "boot"),
        Path.Combine(root, "dev/disk/by-partlabel"));
}
