using System.Net;

namespace Appliance.Drivers.ServiceAddress;

/// <summary>Asks the LAN who has an address.</summary>
public interface IAddressQuestion
{
    /// <summary>Asks and waits for at most <see cref="AskTiming.Total"/>. Works with or without an address of our own on the
    /// interface.</summary>
    NeighbourAnswer Ask(IPAddress address, string interfaceName, AskTiming timing, CancellationToken stop);
}
