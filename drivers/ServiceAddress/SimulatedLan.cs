using System.Net;

namespace Appliance.Drivers.ServiceAddress;

/// <summary>
/// A LAN segment in memory. Faults it models: an interface that does not exist or has no carrier, another machine that has the
/// address already, one that claims it later, somebody who removes the address behind our back.
/// </summary>
public sealed class SimulatedLan
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Mac, IPAddress Address), SimulatedServiceAddress?> _holders = [];
    private readonly HashSet<string> _interfaces = [];
    private readonly HashSet<string> _withoutCarrier = [];

    /// <summary>Times an address was announced, by address.</summary>
    public Dictionary<IPAddress, int> Announcements { get; } = [];

    public void AddInterface(string name) => _interfaces.Add(name);

    public void SetCarrier(string name, bool carrier)
    {
        if (carrier) _withoutCarrier.Remove(name);
        else _withoutCarrier.Add(name);
    }

    /// <summary>Another machine has (or no longer has) the address; it answers questions, and its arrival is a claim.</summary>
    public void SetForeign(string mac, IPAddress address, bool holds)
    {
        if (!holds)
        {
            Release(mac, address);
            return;
        }

        foreach (var holder in Hold(mac, address, null)) holder.HearClaim(mac);
    }

    internal string? Unusable(string name) =>
        !_interfaces.Contains(name) ? $"interface {name} does not exist" : _withoutCarrier.Contains(name)
            ? $"interface {name} has no carrier" : null;

    internal string? HolderOtherThan(string mac, IPAddress address)
    {
        lock (_gate) return _holders.Keys.Where(key => key.Address.Equals(address) && key.Mac != mac).Select(key => key.Mac)
            .FirstOrDefault();
    }

    internal bool Holds(string mac, IPAddress address)
    {
        lock (_gate) return _holders.ContainsKey((mac, address));
    }

    internal List<SimulatedServiceAddress> Hold(string mac, IPAddress address, SimulatedServiceAddress? holder)
    {
        lock (_gate)
        {
            var others = _holders.Where(pair => pair.Key.Address.Equals(address) && pair.Key.Mac != mac).Select(pair => pair.Value);
            var told = others.OfType<SimulatedServiceAddress>().ToList();
            _holders[(mac, address)] = holder;
            return told;
        }
    }

    internal bool Release(string mac, IPAddress address)
    {
        lock (_gate) return _holders.Remove((mac, address));
    }

    internal void CountAnnouncement(IPAddress address)
    {
        lock (_gate) Announcements[address] = Announcements.GetValueOrDefault(address) + 1;
    }
}

/// <summary>The twin of <see cref="LinuxAddressQuestion"/> for the machine with hardware address <paramref name="mac"/>.</summary>
public sealed class SimulatedAddressQuestion(SimulatedLan lan, string mac) : IAddressQuestion
{
    public NeighbourAnswer Ask(IPAddress address, string interfaceName, AskTiming timing, CancellationToken stop)
    {
        if (lan.Unusable(interfaceName) is { } reason) return new NeighbourAnswer.CannotAsk(reason);
        return lan.HolderOtherThan(mac, address) is { } other ? new NeighbourAnswer.Somebody(other) : new NeighbourAnswer.Nobody();
    }
}
