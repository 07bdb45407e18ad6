using Appliance.Drivers.BlockFront;

namespace Appliance.Drivers.Drbd;

/// <summary>/dev/appliance/NAME while DRBD's device is primary here.</summary>
/// <param name="path">Of the link.</param>
/// <param name="device">/dev/drbdN.</param>
public sealed class DrbdDevice(string path, string device)
{
    private readonly DeviceLink _link = new(path);

    public string Path => path;

    /// <summary>Null, or why not.</summary>
    public string? Show() => _link.Make(device);

    public void Hide() => _link.Remove();
}
