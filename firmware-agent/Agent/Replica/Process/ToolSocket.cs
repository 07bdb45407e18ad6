using Appliance.Drivers.BlockFront;
using Appliance.Drivers.BlockFront.Nbd;
using Appliance.Drivers.IoLoop;

namespace Appliance.Agent.Replica.Process;

/// <summary>The NBD server for tools.</summary>
internal static class ToolSocket
{
    /// <summary>Opens it on the loop's thread.</summary>
    /// <exception cref="IOException">It cannot be opened; the message says why.</exception>
    public static IBlockFront Open(IoLoop loop, IBlockDoor door, string path, string name)
    {
        var server = new NbdServer(new NbdServerOptions(name), loop, door);
        if (server.Listen(path) is not { } problem) return server;
        server.Dispose();
        throw new IOException(problem);
    }
}
