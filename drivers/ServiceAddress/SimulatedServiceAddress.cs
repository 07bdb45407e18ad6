namespace Appliance.Drivers.ServiceAddress;

/// <summary>The twin of <see cref="LinuxServiceAddress"/> on a <see cref="SimulatedLan"/>. Time does not pass: a claim is a conflict at
/// once.</summary>
public sealed class SimulatedServiceAddress(SimulatedLan lan, string mac, ServiceAddressSpec spec) : IServiceAddress
{
    private Action<string>? _trouble;

    public AddressChange Add(CancellationToken stop)
    {
        if (lan.Unusable(spec.Interface) is { } reason) return new(AddressOutcome.Failed, reason);
        if (lan.HolderOtherThan(mac, spec.Address) is { } other)
            return new(AddressOutcome.Conflict, $"{spec.Address} is in use by {other}");
        var already = lan.Holds(mac, spec.Address);
        lan.Hold(mac, spec.Address, this);
        Announce();
        return already ? new(AddressOutcome.AlreadySo, $"{spec} was there already") : new(AddressOutcome.Done, $"added {spec}");
    }

    public AddressChange Remove() => lan.Release(mac, spec.Address)
        ? new(AddressOutcome.Done, $"removed {spec}")
        : new(AddressOutcome.AlreadySo, $"{spec} was not there");

    public bool Adopt() => lan.Unusable(spec.Interface) is null && lan.Holds(mac, spec.Address);

    public void Announce() => lan.CountAnnouncement(spec.Address);

    public void Watch(Action<string>? trouble) => _trouble = trouble;

    public void Dispose() => _trouble = null;

    internal void HearClaim(string other) => _trouble?.Invoke($"{other} claims {spec.Address} too");
}
