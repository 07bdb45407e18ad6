using System.Diagnostics;
using System.Net;
using Appliance.Drivers.Interop;
using Appliance.Drivers.Interop.Netlink;

namespace Appliance.Drivers.ServiceAddress;

/// <summary>Asks by ARP or neighbour discovery on a socket of its own.</summary>
public sealed class LinuxAddressQuestion : IAddressQuestion
{
    private static readonly TimeSpan CancellationSlice = TimeSpan.FromMilliseconds(20);

    public NeighbourAnswer Ask(IPAddress address, string interfaceName, AskTiming timing, CancellationToken stop)
    {
        try
        {
            var link = NetworkLink.Find(interfaceName);
            if (link is null) return new NeighbourAnswer.CannotAsk($"interface {interfaceName} does not exist");
            if (!link.IsUp) return new NeighbourAnswer.CannotAsk($"interface {interfaceName} is down");
            if (!link.HasCarrier) return new NeighbourAnswer.CannotAsk($"interface {interfaceName} has no carrier (cable, switch)");
            if (link.IsLoopback) return new NeighbourAnswer.Nobody(); // Nobody else can be on it.
            if (link.Mac.Length != 6) return new NeighbourAnswer.CannotAsk($"interface {interfaceName} is not Ethernet");
            using var socket = new NeighbourSocket(link, address);
            return Ask(socket, interfaceName, timing, stop);
        }
        catch (IOException refused)
        {
            return new NeighbourAnswer.CannotAsk($"{interfaceName}: {refused.Message}");
        }
    }

    private static NeighbourAnswer Ask(NeighbourSocket socket, string interfaceName, AskTiming timing, CancellationToken stop)
    {
        var clock = Stopwatch.StartNew();
        var sent = 0;
        while (clock.Elapsed < timing.Total)
        {
            if (stop.IsCancellationRequested) return new NeighbourAnswer.CannotAsk("the question was withdrawn");
            if (sent < timing.Requests && clock.Elapsed >= timing.Gap * sent)
            {
                if (!socket.Ask()) return new NeighbourAnswer.CannotAsk($"{interfaceName}: {Errno.LastWords}");
                sent++;
            }

            var next = sent < timing.Requests ? timing.Gap * sent : timing.Total;
            var wait = next - clock.Elapsed;
            if (socket.Wait(wait < CancellationSlice ? wait : CancellationSlice) && socket.ReadForeignClaim() is { } mac)
                return new NeighbourAnswer.Somebody(mac);
        }

        return new NeighbourAnswer.Nobody();
    }
}
