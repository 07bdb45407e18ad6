using Loop = Appliance.Drivers.IoLoop.IoLoop;

namespace Appliance.Drivers.BlockFront;

/// <summary>What every kernel device is made of.</summary>
/// <param name="Lost">To be called on the loop's thread when the device is there no longer although nobody asked for that.</param>
internal sealed record DeviceParts(DeviceFrontOptions Options, Loop Loop, IBlockDoor Door, Background Background, Action<string> Lost)
{
    /// <summary>A file under the run directory: "replica-data.nbd".</summary>
    public string RunPath(string ending) => Path.Combine(Options.RunDirectory, $"replica-{Options.Name}{ending}");
}
