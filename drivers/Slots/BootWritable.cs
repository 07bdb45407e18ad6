using Appliance.Drivers.Interop;
using Appliance.Drivers.Mount;

namespace Appliance.Drivers.Slots;

/// <summary>The boot partition, writable as long as this lives. It is mounted read-only otherwise, so that a power cut finds nothing open
/// on a file system without a journal. A folder that is no mount, or one that is writable anyway, is left as it is.</summary>
internal sealed class BootWritable : IDisposable
{
    private readonly string _boot;
    private readonly Action<string> _tell;
    private readonly ulong _flags;
    private readonly bool _isOurs;

    private BootWritable(string boot, Action<string> tell, ulong flags, bool isOurs) =>
        (_boot, _tell, _flags, _isOurs) = (boot, tell, flags, isOurs);

    /// <summary>Null and a sentence when it stays read-only.</summary>
    /// <param name="tell">Told when it cannot be made read-only again.</param>
    public static BootWritable? Open(string boot, Action<string> tell, out string problem)
    {
        problem = "";
        var entry = MountEntry.On(boot);
        var flags = MountOptions.Split(entry?.Options ?? "").Flags;
        if (entry is null || (flags & MountOptions.ReadOnly) == 0) return new BootWritable(boot, tell, 0, isOurs: false);
        if (Libc.mount("none", boot, "none", (flags & ~MountOptions.ReadOnly) | MountOptions.Remount, null) == 0)
            return new BootWritable(boot, tell, flags, isOurs: true);
        problem = $"{boot} cannot be made writable: {Errno.LastWords}; is the disk write-protected, its file system damaged (dmesg)?";
        return null;
    }

    public void Dispose()
    {
        if (_isOurs && Libc.mount("none", _boot, "none", _flags | MountOptions.Remount, null) != 0)
            _tell($"{_boot} stays writable, expected read-only: {Errno.LastWords}; mount -o remount,ro {_boot}");
    }
}
