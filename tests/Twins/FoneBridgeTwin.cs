using System.Net.Sockets;
using Appliance.Drivers.FoneBridge;
using Appliance.Drivers.Interop;

namespace Appliance.Twins;

/// <summary>A simulated bridge as a process: runs until SIGINT or SIGTERM and prints every packet.</summary>
internal static class FoneBridgeTwin
{
    public static int Run(FoneBridgeOptions options)
    {
        var bridge = new SimulatedFoneBridge(options.Identity);
        options.Break(bridge.Faults);
        try
        {
            using var server = new SimulatedBridgeServer(bridge, options.Listen!, options.Quiet ? null : Print);
            using var wire = options.Interface is { } card ? Wire(bridge, server, card) : null;
            Console.WriteLine($"fonebridge on {server.EndPoint}");
            TheEnd.Wait();
            lock (server.Gate) Console.WriteLine(State(bridge));
            return 0;
        }
        catch (Exception fault) when (fault is SocketException or IOException)
        {
            Console.Error.WriteLine(fault.Message);
            return 1;
        }
    }

    private static SimulatedBridgeWire Wire(SimulatedFoneBridge bridge, SimulatedBridgeServer server, string card)
    {
        var index = Libc.if_nametoindex(card);
        if (index == 0) throw new IOException($"there is no interface {card}");
        return new SimulatedBridgeWire(bridge, server.Gate, (int)index);
    }

    private static void Print(byte[] request, byte[]? reply)
    {
        Console.WriteLine($"> {Convert.ToHexStringLower(request)}");
        if (reply is not null) Console.WriteLine($"< {Convert.ToHexStringLower(reply)}");
    }

    private static string State(SimulatedFoneBridge bridge) =>
        $"tx {bridge.Transmit} port1 {bridge.Destination(1)} port2 {bridge.Destination(2)} links {Convert.ToHexStringLower(bridge.Links)} "
        + $"priorities {Convert.ToHexStringLower(bridge.Priorities)} starts {bridge.Starts}";
}
