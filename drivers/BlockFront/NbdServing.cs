namespace Appliance.Drivers.BlockFront;

/// <summary>Makes the NBD server that kernel and nbdfuse talk to.</summary>
internal static class NbdServing
{
    /// <exception cref="IOException">There is none in this build.</exception>
    public static INbdServing Make(DeviceParts parts) => throw new IOException($"{parts.Options.Name}: this build has no NBD server");
}
