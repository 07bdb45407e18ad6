using System.Collections.Immutable;
using Appliance.Core.Configuration.Schema;

namespace Appliance.Core.Configuration;

/// <summary>Where an interface has its IPv6 addresses from.</summary>
public enum IPv6Mode
{
    /// <summary>It has none, not even a link-local one.</summary>
    Off,

    /// <summary>From the file; routers are not listened to.</summary>
    Static,

    /// <summary>From routers (RFC 4862), beside those of the file.</summary>
    Slaac,
}

/// <summary>A VLAN on top of an interface.</summary>
/// <param name="On">The interface below.</param>
/// <param name="Id">1 to 4094 (IEEE 802.1Q).</param>
public sealed record VlanConfig(string On, int Id);

/// <summary>A section <c>[[network.interface]]</c>.</summary>
/// <param name="Name">By which the rest of the file calls it.</param>
public sealed record InterfaceConfig(string Name)
{
    /// <summary>By node index, lower case with colons; empty: the interface is found by its name.</summary>
    public ImmutableArray<string> Macs { get; init; } = [];

    /// <summary>Null: a network card.</summary>
    public VlanConfig? Vlan { get; init; }

    /// <summary>IPv4 by node index; empty: none of the file.</summary>
    public ImmutableArray<Prefix> Addresses { get; init; } = [];

    public bool Dhcp { get; init; }

    /// <summary>IPv4 router; empty: none.</summary>
    public string Gateway { get; init; } = "";

    public IPv6Mode IPv6 { get; init; }

    /// <summary>IPv6 by node index; empty: none of the file.</summary>
    public ImmutableArray<Prefix> Addresses6 { get; init; } = [];

    /// <summary>IPv6 router; empty: none of the file.</summary>
    public string Gateway6 { get; init; } = "";

    /// <summary>Bytes; 0: as the driver has it.</summary>
    public int Mtu { get; init; }

    /// <summary>Name servers that are asked by this interface.</summary>
    public ImmutableArray<string> Dns { get; init; } = [];

    /// <summary>The addresses of one node in the file: IPv4, IPv6, both or none.</summary>
    public IEnumerable<Prefix> Of(int node)
    {
        if (!Addresses.IsEmpty) yield return Addresses[node];
        if (!Addresses6.IsEmpty) yield return Addresses6[node];
    }
}

/// <summary>The section <c>[network]</c>.</summary>
/// <param name="Interfaces">At least one, in file order.</param>
public sealed record NetworkConfig(ImmutableArray<InterfaceConfig> Interfaces)
{
    /// <summary>The interface of that name; null: there is none.</summary>
    public InterfaceConfig? Find(string name)
    {
        foreach (var one in Interfaces)
            if (one.Name == name) return one;
        return null;
    }
}

/// <summary>What the firewall lets in.</summary>
/// <param name="Service">Word of the file.</param>
/// <param name="Protocol">"udp", "tcp" or "both".</param>
/// <param name="First">Port.</param>
/// <param name="Last">Port; the same as the first one for a single port.</param>
/// <param name="From">Networks; empty: from everywhere.</param>
/// <param name="Interfaces">Empty: all that are no cables between the nodes.</param>
public sealed record OpeningConfig(
    string Service, string Protocol, int First, int Last, ImmutableArray<string> From, ImmutableArray<string> Interfaces);

/// <summary>The section <c>[firewall]</c>.</summary>
/// <param name="Open">In file order.</param>
public sealed record FirewallConfig(ImmutableArray<OpeningConfig> Open);
