using System.Net;
using System.Net.Sockets;
using Appliance.Drivers.Interop;
using Appliance.Drivers.Interop.Netlink;
using Appliance.Drivers.Route;

namespace Appliance.Drivers.ServiceAddress;

/// <summary>
/// Adds by rtnetlink. The entry is a host address (/32, /128), never one of the subnet's length: the kernel then makes neither it
/// nor the node's own address a "secondary" of the other, and removing one cannot take the other along. The way to the subnet
/// is an own route when the interface has none. IPv6 entries are "nodad" (we have asked ourselves, in a sixth of a second
/// instead of one to two) and deprecated, so that they are nobody's source unless a route says so.
/// </summary>
public sealed class LinuxServiceAddress(ServiceAddressSpec spec, IAddressQuestion question, AskTiming duplicateTiming) : IServiceAddress
{
    private const uint NoPrefixRoute = 0x200; // IFA_F_NOPREFIXROUTE
    private static readonly TimeSpan CarrierPatience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan CarrierPoll = TimeSpan.FromMilliseconds(50);
    private readonly Lock _gate = new();
    private AddressGuard? _guard;
    private int _guardedLink;
    private Action<string>? _trouble;

    public AddressChange Add(CancellationToken stop)
    {
        try
        {
            if (WaitForCarrier(stop, out var link) is { } missing) return new(AddressOutcome.Failed, missing);
            if (Elsewhere(link!) is { } elsewhere) return new(AddressOutcome.Failed, elsewhere);
            switch (question.Ask(spec.Address, spec.Interface, duplicateTiming, stop))
            {
                case NeighbourAnswer.Somebody { Mac: var mac }:
                    return new(AddressOutcome.Conflict, $"{spec.Address} is in use on {spec.Interface} by {mac}: not added a second time");
                case NeighbourAnswer.CannotAsk { Reason: var reason }:
                    return new(AddressOutcome.Failed, $"cannot ask who has {spec.Address}: {reason}");
                default:
                    return Put(link!);
            }
        }
        catch (IOException fault)
        {
            return new(AddressOutcome.Failed, fault.Message);
        }
    }

    public AddressChange Remove()
    {
        EndGuard();
        try
        {
            var before = InterfaceAddress.All();
            var ours = before.Where(entry => entry.Address.Equals(spec.Address)).ToList();
            if (NetworkLink.Find(spec.Interface) is { } link) new ConnectedRoute(link.Index, spec.Address, spec.PrefixLength).Remove();
            foreach (var entry in ours)
            {
                var result = entry.Delete();
                if (!result.Ok && result.Errno is not (Errno.EADDRNOTAVAIL or Errno.ENODEV))
                    return new(AddressOutcome.Failed, $"cannot remove {spec}: {result.Words}");
            }

            if (ours.Count == 0) return new(AddressOutcome.AlreadySo, $"{spec} was not there");
            PutBackSecondaries(before, ours);
            return new(AddressOutcome.Done, $"removed {spec}");
        }
        catch (IOException fault)
        {
            return new(AddressOutcome.Failed, $"cannot remove {spec}: {fault.Message}");
        }
    }

    public bool Adopt()
    {
        if (NetworkLink.Find(spec.Interface) is not { } link || !IsOn(link)) return false;
        BeginGuard(link);
        return true;
    }

    public void Announce()
    {
        lock (_gate) _guard?.Announce();
    }

    public void Watch(Action<string>? trouble)
    {
        lock (_gate)
        {
            _trouble = trouble;
            if (_guard is { } guard) guard.Trouble = trouble;
        }
    }

    /// <summary>Ends the announcements; the address stays (an agent that is being upgraded must not take it away).</summary>
    public void Dispose() => EndGuard();

    private AddressChange Put(NetworkLink link)
    {
        var result = Entry(link).Add(deprecated: spec.Address.AddressFamily == AddressFamily.InterNetworkV6);
        if (!result.Ok && result.Errno != Errno.EEXIST) return new(AddressOutcome.Failed, $"cannot add {spec}: {result.Words}");
        var route = new ConnectedRoute(link.Index, spec.Address, spec.PrefixLength).EnsureSome();
        if (!route.Ok) return new(AddressOutcome.Failed, $"cannot add the route to the subnet of {spec}: {route.Words}");
        BeginGuard(link);
        return result.Ok ? new(AddressOutcome.Done, $"added {spec}") : new(AddressOutcome.AlreadySo, $"{spec} was there already");
    }

    private InterfaceAddress Entry(NetworkLink link) => spec.Address.AddressFamily == AddressFamily.InterNetwork
        ? new InterfaceAddress(link.Index, spec.Address, 32, 0)
        : new InterfaceAddress(link.Index, spec.Address, 128, Rtnetlink.NoDuplicateDetection | NoPrefixRoute);

    private bool IsOn(NetworkLink link) =>
        InterfaceAddress.All().Any(entry => entry.LinkIndex == link.Index && entry.Address.Equals(spec.Address));

    /// <summary>Null when the interface can carry the address; else what is missing. After a boot the switch takes its time.</summary>
    private string? WaitForCarrier(CancellationToken stop, out NetworkLink? link)
    {
        for (var waited = TimeSpan.Zero; ; waited += CarrierPoll)
        {
            link = NetworkLink.Find(spec.Interface);
            if (link is { HasCarrier: true }) return null;
            if (stop.IsCancellationRequested || waited >= CarrierPatience) break;
            stop.WaitHandle.WaitOne(CarrierPoll);
        }

        return Unusable(link);
    }

    private string Unusable(NetworkLink? link) => link switch
    {
        null => $"interface {spec.Interface} does not exist: check the name in appliance.toml and the network card",
        { IsUp: false } => $"interface {spec.Interface} is down: bring it up (networkd, ifupdown)",
        _ => $"interface {spec.Interface} has no carrier: check cable and switch",
    };

    private string? Elsewhere(NetworkLink link)
    {
        var other = InterfaceAddress.All().FirstOrDefault(entry => entry.Address.Equals(spec.Address) && entry.LinkIndex != link.Index);
        if (other is null) return null;
        var name = NetworkLink.All().FirstOrDefault(candidate => candidate.Index == other.LinkIndex)?.Name
            ?? $"interface {other.LinkIndex}";
        return $"{spec.Address} is configured on {name} of this node, expected {spec.Interface}: remove it there";
    }

    /// <summary>The guard's check: puts a removed address back, tells what cannot be mended.</summary>
    private string? Check()
    {
        try
        {
            var link = NetworkLink.Find(spec.Interface);
            if (link is not { HasCarrier: true }) return Unusable(link);
            if (link.Index != _guardedLink) return $"interface {spec.Interface} went away and came back: {spec.Address} is gone";
            if (IsOn(link)) return null;
            var result = Entry(link).Add(deprecated: spec.Address.AddressFamily == AddressFamily.InterNetworkV6);
            if (!result.Ok && result.Errno != Errno.EEXIST) return $"{spec} was removed by somebody and cannot be put back: {result.Words}";
            _ = new ConnectedRoute(link.Index, spec.Address, spec.PrefixLength).EnsureSome();
            Announce();
            return null;
        }
        catch (IOException fault)
        {
            return fault.Message;
        }
    }

    /// <summary>When the entry we removed was one of the subnet's length and primary, the kernel removed its secondaries too.</summary>
    private static void PutBackSecondaries(IReadOnlyList<InterfaceAddress> before, List<InterfaceAddress> removed)
    {
        if (removed.All(entry => entry.PrefixLength is 32 or 128)) return;
        var now = InterfaceAddress.All();
        foreach (var lost in before.Except(removed).Where(entry => !now.Any(left => left.Address.Equals(entry.Address))))
            if (removed.Any(entry => entry.LinkIndex == lost.LinkIndex)) _ = lost.Add(deprecated: false);
    }

    private void BeginGuard(NetworkLink link)
    {
        lock (_gate)
        {
            if (_guard is not null) return;
            _guardedLink = link.Index;
            _guard = new AddressGuard(spec, link, Check) { Trouble = _trouble };
        }
    }

    private void EndGuard()
    {
        AddressGuard? guard;
        lock (_gate) (guard, _guard) = (_guard, null);
        guard?.Dispose(); // Outside the gate: the guard's thread may be waiting for it.
    }
}
