using System.Net;

namespace Appliance.Drivers.ServiceAddress;

/// <summary>Which address, on which interface.</summary>
/// <param name="PrefixLength">Of the subnet the address belongs to.</param>
/// <param name="Refresh">Period of repeated announcements while the address is held.</param>
public sealed record ServiceAddressSpec(IPAddress Address, int PrefixLength, string Interface, TimeSpan Refresh)
{
    public override string ToString() => $"{Address}/{PrefixLength} on {Interface}";
}

/// <summary>How a change of an address ended.</summary>
public enum AddressOutcome
{
    Done,

    /// <summary>It was so before; from now on it is ours.</summary>
    AlreadySo,

    /// <summary>Another machine uses the address; nothing was changed.</summary>
    Conflict,
    Failed,
}

/// <param name="Text">For people; never empty.</param>
public readonly record struct AddressChange(AddressOutcome Outcome, string Text)
{
    public bool Ok => Outcome is AddressOutcome.Done or AddressOutcome.AlreadySo;
}

/// <summary>
/// A service address of this node: asks for duplicates before it is added, announces it afterwards (0, 0.2, 1, 5 s and every
/// <see cref="ServiceAddressSpec.Refresh"/>), notices when somebody else claims it or takes it away.
/// </summary>
public interface IServiceAddress : IDisposable
{
    /// <summary>Adds the address, or takes over one that is there. Takes 0.2 s; waits a few seconds for a cable.</summary>
    AddressChange Add(CancellationToken stop);

    /// <summary>Removes the address and nothing else. Success when it is not there.</summary>
    AddressChange Remove();

    /// <summary>The interface has the address now. Announcements go on, if they were not going on.</summary>
    bool Adopt();

    /// <summary>Starts the announcement burst again.</summary>
    void Announce();

    /// <summary>From now on trouble is told to <paramref name="trouble"/> in words, on a thread of the driver; null: to nobody.</summary>
    void Watch(Action<string>? trouble);
}
