namespace Appliance.Core.Update;

/// <summary>The machine an update is meant for.</summary>
/// <param name="Version">That runs.</param>
/// <param name="Arch">Of its processor.</param>
/// <param name="Target">The slot that would be written.</param>
/// <param name="RootBytes">Size of the target's partition.</param>
/// <param name="BootBytes">Room for kernel and initrd: free, and what the target's own take now.</param>
public sealed record UpdateSite(UpdateVersion Version, string Arch, Slot Target, long RootBytes, long BootBytes);

/// <summary>Which signed updates a machine takes.</summary>
public static class UpdateRules
{
    /// <summary>Why not; null: it fits.</summary>
    /// <param name="allowOlder">An operator wants to go back.</param>
    public static string? Refusal(UpdateHeader update, UpdateSite site, bool allowOlder)
    {
        if (update.Arch != site.Arch)
            return $"it is for the architecture {update.Arch}, this machine is {site.Arch}: take the update for {site.Arch}";
        var order = update.Version.CompareTo(site.Version);
        if (order == 0) return $"version {site.Version} runs already: there is nothing to do";
        if (order < 0 && !allowOlder)
            return $"it is version {update.Version}, older than {site.Version}, which runs: an older version may have faults that are "
                + "known and mended; --allow-older takes it all the same";
        if (site.Version.CompareTo(update.MinVersion) < 0)
            return $"it can be put over version {update.MinVersion} and later, and {site.Version} runs: update to {update.MinVersion} "
                + "first";
        return RoomRefusal(update, site);
    }

    private static string? RoomRefusal(UpdateHeader update, UpdateSite site)
    {
        var root = update.Part(UpdateHeader.Root).Size;
        if (root > site.RootBytes)
            return $"its root file system has {root} bytes, partition root-{site.Target.Word()} has {site.RootBytes}: this disk must be "
                + "flashed anew with the image of that version";
        var boot = update.Part(UpdateHeader.Kernel).Size + update.Part(UpdateHeader.Initrd).Size;
        return boot <= site.BootBytes ? null
            : $"its kernel and initrd have {boot} bytes, and slot {site.Target.Word()} has room for {site.BootBytes} on /boot: remove what "
                + "does not belong there";
    }
}
