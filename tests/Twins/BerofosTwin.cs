using System.Net.Sockets;
using Appliance.Drivers.Relay.Simulated;

namespace Appliance.Twins;

/// <summary>A simulated bero*fos as a process: web server and datagrams, until SIGINT or SIGTERM.</summary>
internal static class BerofosTwin
{
    public static int Run(BerofosOptions options)
    {
        var position = new PositionFile(options.Box.Contacts, [0], options.Position, options.Quiet);
        position.Follow();
        try
        {
            using var server = new SimulatedBerofosServer(options.Box, options.Listen!, options.GblPort, position.Print)
            {
                Hangs = options.Hangs, Endless = options.Endless, Late = options.Late,
            };
            Console.WriteLine($"berofos on {server.EndPoint}, datagrams on port {server.GblPort}");
            TheEnd.Wait();
            return 0;
        }
        catch (SocketException fault)
        {
            Console.Error.WriteLine($"{options.Listen}: {fault.Message}");
            return 1;
        }
    }
}
