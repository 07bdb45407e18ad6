namespace Appliance.Drivers.Mount;

/// <summary>Splits fstab(5) options into the flags of mount(2) and what the file system itself reads.</summary>
internal static class MountOptions
{
    public const ulong ReadOnly = 1;
    public const ulong BindMount = 4096;
    public const ulong Remount = 32;

    private static readonly Dictionary<string, ulong> Flags = new()
    {
        ["defaults"] = 0, ["rw"] = 0, ["ro"] = ReadOnly, ["nosuid"] = 2, ["nodev"] = 4, ["noexec"] = 8, ["sync"] = 16, ["dirsync"] = 128,
        ["noatime"] = 1024, ["nodiratime"] = 2048, ["relatime"] = 1 << 21, ["strictatime"] = 1 << 24, ["lazytime"] = 1 << 25,
        ["suid"] = 0, ["dev"] = 0, ["exec"] = 0, ["async"] = 0, ["auto"] = 0, ["noauto"] = 0, ["nofail"] = 0, ["_netdev"] = 0,
    };

    public static (ulong Flags, string FileSystem) Split(string options)
    {
        ulong flags = 0;
        var rest = new List<string>();
        foreach (var option in options.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (Flags.TryGetValue(option, out var flag)) flags |= flag;
            else if (!option.StartsWith("x-", StringComparison.Ordinal)) rest.Add(option);
        }

        return (flags, string.Join(',', rest));
    }
}
