using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Appliance.Core.Configuration;

namespace Appliance.Core.Network;

/// <summary>
/// The interfaces of one node as files of systemd-networkd (systemd.network(5), systemd.netdev(5), systemd.link(5)). Pure.
/// </summary>
public static class NetworkdFiles
{
    /// <summary>Begins the name of every file of ours: it comes before the distribution's, and others' are never touched.</summary>
    public const string Prefix = "10-appliance-";

    public const string NetworkFolder = "systemd/network";

    public const string DaemonFolder = "systemd/networkd.conf.d";

    /// <summary>The image's file by which every card of a node without configuration asks for an address. One of the same name in /run
    /// takes its place (systemd.network(5)).</summary>
    public const string First = "80-appliance-first.network";

    /// <summary>The folders that hold files of ours.</summary>
    public static ImmutableArray<string> Folders { get; } = [NetworkFolder, DaemonFolder];

    private const string Head = "# Made by appliance network apply from appliance.toml; changes here are lost.\n";

    /// <summary>Takes the place of <see cref="First"/> where <c>[network]</c> says which cards there are: the others have no address and
    /// are switched off, whoever is plugged into them.</summary>
    public static NetworkFile Unnamed { get; } = new(NetworkFolder, First,
        Head + "[Match]\nType=ether\nKind=!*\n\n[Link]\nRequiredForOnline=no\nActivationPolicy=down\n\n"
            + "[Network]\nDHCP=no\nLinkLocalAddressing=no\nIPv6AcceptRA=no\nLLMNR=no\nMulticastDNS=no\n");

    /// <summary>True for a file that <c>appliance network apply</c> makes, and may take away.</summary>
    /// <param name="name">Without folder.</param>
    public static bool IsOurs(string name) => name.StartsWith(Prefix, StringComparison.Ordinal) || name == First;

    /// <summary>All files of one node; none without <c>[network]</c>.</summary>
    /// <param name="node">0 or 1.</param>
    /// <param name="asksFirst">This machine has <see cref="First"/>: it is the image.</param>
    public static ImmutableArray<NetworkFile> Of(ApplianceConfig config, int node, bool asksFirst)
    {
        if (config.Network is not { } network) return [];
        var files = ImmutableArray.CreateBuilder<NetworkFile>();
        if (asksFirst) files.Add(Unnamed);
        // Service addresses and the routes that go with them are the agent's; networkd must not clear them away.
        files.Add(new NetworkFile(DaemonFolder, Prefix + "keep.conf",
            Head + "[Network]\nManageForeignRoutes=no\nManageForeignRoutingPolicyRules=no\n"));
        foreach (var one in network.Interfaces)
        {
            if (!one.Macs.IsEmpty) files.Add(new NetworkFile(NetworkFolder, $"{Prefix}{one.Name}.link", Link(one, node)));
            if (one.Vlan is { } vlan) files.Add(new NetworkFile(NetworkFolder, $"{Prefix}{one.Name}.netdev", NetDev(one, vlan)));
            files.Add(new NetworkFile(NetworkFolder, $"{Prefix}{one.Name}.network", Network(network, one, node)));
        }

        return files.ToImmutable();
    }

    private static string Link(InterfaceConfig one, int node) =>
        $"{Head}[Match]\nPermanentMACAddress={one.Macs[node]}\n\n[Link]\nName={one.Name}\n{Mtu("MTUBytes", one.Mtu)}";

    private static string NetDev(InterfaceConfig one, VlanConfig vlan) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Head}[NetDev]\nName={one.Name}\nKind=vlan\n{Mtu("MTUBytes", one.Mtu)}\n[VLAN]\nId={vlan.Id}\n");

    private static string Mtu(string key, int mtu) =>
        mtu > 0 ? string.Create(CultureInfo.InvariantCulture, $"{key}={mtu}\n") : "";

    private static string Network(NetworkConfig network, InterfaceConfig one, int node)
    {
        var text = new StringBuilder(Head).Append("[Match]\nName=").Append(one.Name).Append('\n');
        text.Append("\n[Link]\nRequiredForOnline=").Append(IsWaitedFor(one) ? "yes" : "no").Append('\n').Append(Mtu("MTUBytes", one.Mtu));
        text.Append("\n[Network]\n");
        foreach (var other in network.Interfaces)
            if (other.Vlan is { } vlan && vlan.On == one.Name) text.Append("VLAN=").Append(other.Name).Append('\n');
        text.Append("DHCP=").Append(one.Dhcp ? "ipv4" : "no").Append('\n');
        text.Append("LinkLocalAddressing=").Append(one.IPv6 == IPv6Mode.Off ? "no" : "ipv6").Append('\n');
        text.Append("IPv6AcceptRA=").Append(one.IPv6 == IPv6Mode.Slaac ? "yes" : "no").Append('\n');
        // An address that goes with the cable takes sockets and routes of the pair along; KeepConfiguration spares service addresses.
        text.Append("ConfigureWithoutCarrier=yes\nIgnoreCarrierLoss=yes\nKeepConfiguration=static\n");
        text.Append("LLMNR=no\nMulticastDNS=no\n");
        foreach (var server in one.Dns) text.Append("DNS=").Append(server).Append('\n');
        foreach (var prefix in one.Of(node))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n[Address]\nAddress={prefix.Address}/{prefix.PrefixLength}\n");
            // Nobody has to wait for duplicate address detection: the file has each address once.
            if (prefix.Address.Contains(':', StringComparison.Ordinal)) text.Append("DuplicateAddressDetection=none\n");
        }

        if (one.Gateway.Length > 0) text.Append("\n[Route]\nGateway=").Append(one.Gateway).Append('\n');
        if (one.Gateway6.Length > 0) text.Append("\n[Route]\nGateway=").Append(one.Gateway6).Append('\n');
        if (one.Dhcp) text.Append("\n[DHCPv4]\nUseDomains=no\nUseHostname=no\nUseMTU=no\n");
        return text.ToString();
    }

    /// <summary>network-online.target waits for what leads out; a cable between the nodes may be unplugged when one starts.</summary>
    private static bool IsWaitedFor(InterfaceConfig one) => one.Dhcp || one.Gateway.Length > 0 || one.Gateway6.Length > 0;
}
