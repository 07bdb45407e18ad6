using System.Net;
using Appliance.Drivers.ServiceAddress;
using Appliance.Drivers.Tests.Support;

namespace Appliance.Drivers.Tests.ServiceAddress;

/// <summary>A LAN with us on it, real or simulated.</summary>
public interface ILanUnderTest : IDisposable
{
    string Interface { get; }

    IServiceAddress NewAddress(string address, int prefixLength, string interfaceName);

    IAddressQuestion Question { get; }

    void SetForeign(string address, bool holds);

    void SetCarrier(bool carrier);

    /// <summary>Runs on a thread that may touch the LAN.</summary>
    T Run<T>(Func<T> work);
}

/// <summary>What every <see cref="IServiceAddress"/> and <see cref="IAddressQuestion"/> promises.</summary>
public abstract class ServiceAddressContract
{
    private protected abstract ILanUnderTest NewLan();

    private protected abstract string Address { get; }

    private protected abstract int PrefixLength { get; }

    private protected void Added_address_is_held_until_removed()
    {
        using var lan = NewLan();
        using var address = lan.NewAddress(Address, PrefixLength, lan.Interface);
        Assert.False(lan.Run(address.Adopt));
        Assert.Equal(AddressOutcome.Done, lan.Run(() => address.Add(default)).Outcome);
        Assert.True(lan.Run(address.Adopt));
        Assert.Equal(AddressOutcome.Done, lan.Run(address.Remove).Outcome);
        Assert.False(lan.Run(address.Adopt));
    }

    private protected void Adding_and_removing_twice_is_harmless()
    {
        using var lan = NewLan();
        using var address = lan.NewAddress(Address, PrefixLength, lan.Interface);
        lan.Run(() => address.Add(default));
        Assert.Equal(AddressOutcome.AlreadySo, lan.Run(() => address.Add(default)).Outcome);
        lan.Run(address.Remove);
        Assert.Equal(AddressOutcome.AlreadySo, lan.Run(address.Remove).Outcome);
    }

    private protected void Address_in_use_elsewhere_is_not_added()
    {
        using var lan = NewLan();
        lan.SetForeign(Address, true);
        using var address = lan.NewAddress(Address, PrefixLength, lan.Interface);
        Assert.Equal(AddressOutcome.Conflict, lan.Run(() => address.Add(default)).Outcome);
        Assert.False(lan.Run(address.Adopt));
        lan.SetForeign(Address, false);
        Assert.Equal(AddressOutcome.Done, lan.Run(() => address.Add(default)).Outcome);
        lan.Run(address.Remove);
    }

    private protected void Missing_interface_is_a_failure_in_words()
    {
        using var lan = NewLan();
        using var address = lan.NewAddress(Address, PrefixLength, "nowhere0");
        var change = lan.Run(() => address.Add(new CancellationToken(canceled: true)));
        Assert.Equal(AddressOutcome.Failed, change.Outcome);
        Assert.Contains("nowhere0 does not exist", change.Text, StringComparison.Ordinal);
    }

    private protected void Interface_without_carrier_is_a_failure_in_words()
    {
        using var lan = NewLan();
        lan.SetCarrier(false);
        using var address = lan.NewAddress(Address, PrefixLength, lan.Interface);
        var change = lan.Run(() => address.Add(new CancellationToken(canceled: true)));
        Assert.Equal(AddressOutcome.Failed, change.Outcome);
        Assert.Contains("no carrier", change.Text, StringComparison.Ordinal);
    }

    private protected void Question_is_answered_with_nobody_somebody_or_why_not()
    {
        using var lan = NewLan();
        Assert.IsType<NeighbourAnswer.Nobody>(Ask(lan));
        lan.SetForeign(Address, true);
        Assert.IsType<NeighbourAnswer.Somebody>(Ask(lan));
        lan.SetForeign(Address, false);
        Assert.IsType<NeighbourAnswer.Nobody>(Ask(lan));
        lan.SetCarrier(false);
        Assert.Contains("no carrier", Assert.IsType<NeighbourAnswer.CannotAsk>(Ask(lan)).Reason, StringComparison.Ordinal);
    }

    private protected void Own_address_is_nobody_elses()
    {
        using var lan = NewLan();
        using var address = lan.NewAddress(Address, PrefixLength, lan.Interface);
        lan.Run(() => address.Add(default));
        Assert.IsType<NeighbourAnswer.Nobody>(Ask(lan));
        lan.Run(address.Remove);
    }

    private protected void Foreign_claim_on_a_watched_address_is_told()
    {
        using var lan = NewLan();
        using var address = lan.NewAddress(Address, PrefixLength, lan.Interface);
        var told = new List<string>();
        lan.Run(() => address.Add(default));
        address.Watch(told.Add);
        lan.SetForeign(Address, true);
        Eventually.Holds(() => told.Count > 0, "the claim is told");
        Assert.Contains(Address, told[0], StringComparison.Ordinal);
        lan.Run(address.Remove);
    }

    private NeighbourAnswer Ask(ILanUnderTest lan) =>
        lan.Run(() => lan.Question.Ask(IPAddress.Parse(Address), lan.Interface, AskTiming.Evidence, default));
}
