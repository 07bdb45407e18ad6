using Appliance.Drivers.BlockFront;
using Appliance.Drivers.BlockFront.Nbd;
using Appliance.Drivers.IoLoop;

namespace Appliance.Agent.Replica.Process;

/// <summary>The NBD server for tools.</summary>
internal static class ToolSocket
{
    /// <summary>A quarter stays for the device, however many tools do not read what they asked for.</summary>
    private static int Share(IBlockDoor door) => Math.Max(NbdServer.BuffersMin, door.Buffers.Count * 3 / 4);

    /// <summary>Opens it on the loop's thread.</summary>
    /// <exception cref="IOException">It cannot be opened; the message says why.</exception>
    public static IBlockFront Open(IoLoop loop, IBlockDoor door, string path, string name)
    {
        var server = new NbdServer(new NbdServerOptions(name) { BuffersMax = Share(door) }, loop, door);
        if (server.Listen(path) is not { } problem) return server;
        server.Dispose();
        throw new IOException(problem);
    }
}
