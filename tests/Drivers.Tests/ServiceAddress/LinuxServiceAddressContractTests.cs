using System.Net;
using Appliance.Drivers.ServiceAddress;
using Appliance.Drivers.Tests.Support;

namespace Appliance.Drivers.Tests.ServiceAddress;

/// <summary>The contract on a veth pair, IPv4.</summary>
[Trait("Needs", "root")]
public class LinuxServiceAddressContractTests : ServiceAddressContract
{
    private protected override string Address => "192.0.2.45";

    private protected override int PrefixLength => 24;

    [RootFact]
    public void Holds_until_removed() => Added_address_is_held_until_removed();

    [RootFact]
    public void Twice_is_harmless() => Adding_and_removing_twice_is_harmless();

    [RootFact]
    public void Duplicate_is_not_added() => Address_in_use_elsewhere_is_not_added();

    [RootFact]
    public void Missing_interface_fails() => Missing_interface_is_a_failure_in_words();

    [RootFact]
    public void No_carrier_fails() => Interface_without_carrier_is_a_failure_in_words();

    [RootFact]
    public void Question_is_answered() => Question_is_answered_with_nobody_somebody_or_why_not();

    [RootFact]
    public void Own_address_is_not_foreign() => Own_address_is_nobody_elses();

    [RootFact]
    public void Claim_is_told() => Foreign_claim_on_a_watched_address_is_told();

    private protected override ILanUnderTest NewLan() => new VethLan(PrefixLength);
}

/// <summary>The contract on a veth pair, IPv6.</summary>
public class LinuxServiceAddressIPv6ContractTests : LinuxServiceAddressContractTests
{
    private protected override string Address => "2001:db8::45";

    private protected override int PrefixLength => 64;
}

internal sealed class VethLan(int prefixLength) : ILanUnderTest
{
    private readonly LinuxAddressQuestion _question = new();

    public TestNetwork Network { get; } = new();

    public string Interface => "here0";

    public IAddressQuestion Question => _question;

    public IServiceAddress NewAddress(string address, int length, string interfaceName) => new LinuxServiceAddress(
        new ServiceAddressSpec(IPAddress.Parse(address), length, interfaceName, TimeSpan.FromSeconds(30)), _question, AskTiming.Duplicate);

    public void SetForeign(string address, bool holds)
    {
        Network.IpThere(
            $"address {(holds ? "add" : "del")} {address}/{prefixLength} dev there0 {(holds && prefixLength > 32 ? "nodad" : "")}");
        if (holds) Network.There(() => ClaimTwice(address));
    }

    public void SetCarrier(bool carrier) => Network.IpThere($"link set there0 {(carrier ? "up" : "down")}");

    public T Run<T>(Func<T> work) => Network.Here(work);

    public void Dispose() => Network.Dispose();

    /// <summary>The neighbour announces the address as ours does; the second time counts (the first is only answered by a
    /// defence).</summary>
    private static void ClaimTwice(string address)
    {
        var link = Interop.Netlink.NetworkLink.Find("there0")!;
        using var socket = new NeighbourSocket(link, IPAddress.Parse(address));
        socket.Announce();
        Thread.Sleep(50);
        socket.Announce();
    }
}
