using System.Net;
using Appliance.Drivers.ServiceAddress;

namespace Appliance.Drivers.Tests.ServiceAddress;

public class SimulatedServiceAddressTests : ServiceAddressContract
{
    private protected override string Address => "192.0.2.45";

    private protected override int PrefixLength => 24;

    [Fact]
    public void Holds_until_removed() => Added_address_is_held_until_removed();

    [Fact]
    public void Twice_is_harmless() => Adding_and_removing_twice_is_harmless();

    [Fact]
    public void Duplicate_is_not_added() => Address_in_use_elsewhere_is_not_added();

    [Fact]
    public void Missing_interface_fails() => Missing_interface_is_a_failure_in_words();

    [Fact]
    public void No_carrier_fails() => Interface_without_carrier_is_a_failure_in_words();

    [Fact]
    public void Question_is_answered() => Question_is_answered_with_nobody_somebody_or_why_not();

    [Fact]
    public void Own_address_is_not_foreign() => Own_address_is_nobody_elses();

    [Fact]
    public void Claim_is_told() => Foreign_claim_on_a_watched_address_is_told();

    private protected override ILanUnderTest NewLan() => new Lan();

    private sealed class Lan : ILanUnderTest
    {
        private readonly SimulatedLan _lan = new();

        public Lan() => _lan.AddInterface(Interface);

        public string Interface => "eth0";

        public IAddressQuestion Question => new SimulatedAddressQuestion(_lan, "us");

        public IServiceAddress NewAddress(string address, int prefixLength, string interfaceName) =>
            new SimulatedServiceAddress(
                _lan, "us", new ServiceAddressSpec(IPAddress.Parse(address), prefixLength, interfaceName, TimeSpan.Zero));

        public void SetForeign(string address, bool holds) => _lan.SetForeign("them", IPAddress.Parse(address), holds);

        public void SetCarrier(bool carrier) => _lan.SetCarrier(Interface, carrier);

        public T Run<T>(Func<T> work) => work();

        public void Dispose()
        {
        }
    }
}
