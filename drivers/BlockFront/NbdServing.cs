namespace Appliance.Drivers.BlockFront;

/// <summary>Makes the NBD server that kernel and nbdfuse talk to.</summary>
internal static class NbdServing
{
    private const int BuffersMin = 16;

    /// <summary>Half of the replica's buffers at most: the rest is for the link, the background and tools.</summary>
    public static INbdServing Make(DeviceParts parts) => new Nbd.NbdServer(
        new Nbd.NbdServerOptions(parts.Options.Name) { BuffersMax = Math.Max(BuffersMin, parts.Door.Buffers.Count / 2) },
        parts.Loop, parts.Door);
}
