namespace Appliance.Drivers.BlockFront;

/// <summary>Makes the NBD server that kernel and nbdfuse talk to.</summary>
internal static class NbdServing
{
    public static INbdServing Make(DeviceParts parts) => new Nbd.NbdServer(new Nbd.NbdServerOptions(parts.Options.Name), parts.Loop, parts.Door);
}
