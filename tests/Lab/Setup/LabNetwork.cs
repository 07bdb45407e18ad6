using Appliance.Lab.Host;

namespace Appliance.Lab.Setup;

/// <summary>The wires: a LAN with its router and the client, and the cluster cable, all inside namespaces of this run.</summary>
/// <remarks>
/// Both media run over bridges in one "switch" namespace, so that every port can be unplugged or made to drop by itself.
/// </remarks>
public sealed class LabNetwork(LabPlace place)
{
    /// <summary>The media a node is plugged into, by the name of its ports.</summary>
    public static readonly IReadOnlyList<string> Media = ["lan", "cable"];

    /// <summary>The switch's port of a node.</summary>
    public static string Port(NodePlan node, string medium) => $"{node.Letter}-{medium}";

    /// <summary>A node's card on the LAN, as the client notes who answers.</summary>
    public static string LanCardOf(NodePlan node) => node == NodePlan.A ? "02005E00000A" : "02005E00000B";

    /// <summary>Makes the switch, the router and the client. Nodes plug in when they are switched on.</summary>
    public void Build()
    {
        HostCommand.Run("ip", "netns", "add", place.SwitchNamespace);
        HostCommand.Run("ip", "netns", "add", place.ClientNamespace);
        Configure(place.SwitchNamespace, $"""
            link set lo up
            link add lan type bridge forward_delay 0 mcast_snooping 0
            link add cable type bridge forward_delay 0 mcast_snooping 0
            link set lan up
            link set cable up
            address add {NodePlan.RouterAddress}/24 brd + dev lan
            link add client type veth peer name eth0 address {NodePlan.ClientHardwareAddress} netns {place.ClientNamespace}
            link set client master lan up
            """);
        Configure(place.ClientNamespace, $"""
            link set lo up
            link set eth0 up
            address add {NodePlan.ClientAddress}/24 brd + dev eth0
            """);
    }

    /// <summary>
    /// Gives a node a fresh namespace with both cards. The cards keep their hardware addresses over a power cycle, as real ones do.
    /// </summary>
    public void PlugIn(NodePlan node)
    {
        var name = place.NodeNamespace(node);
        HostCommand.Run("ip", "netns", "add", name);
        var number = node == NodePlan.A ? "0a" : "0b";
        Configure(place.SwitchNamespace, $"""
            link add {Port(node, "lan")} type veth peer name eth0 address 02:00:5e:00:00:{number} netns {name}
            link add {Port(node, "cable")} type veth peer name eth1 address 02:00:5e:00:01:{number} netns {name}
            link set {Port(node, "lan")} master lan up
            link set {Port(node, "cable")} master cable up
            """);
        Configure(name, $"""
            link set lo up
            link set eth0 up
            link set eth1 up
            address add {node.LanAddress}/24 brd + dev eth0
            address add {node.CableAddress}/30 brd + dev eth1
            route add default via {NodePlan.RouterAddress}
            """);
    }

    /// <summary>Takes the namespace of a node that is off away, and its ports with it.</summary>
    public void PlugOut(NodePlan node)
    {
        // Removing the namespace would remove the ports too, but some time later; a node that is switched on meanwhile would meet
        // the old ones.
        foreach (var medium in Media)
            if (NamespaceExists(place.SwitchNamespace))
                HostCommand.Try("ip", "-n", place.SwitchNamespace, "link", "delete", Port(node, medium));
        RemoveNamespace(place.NodeNamespace(node));
    }

    /// <summary>Takes everything away.</summary>
    public void Remove()
    {
        foreach (var node in NodePlan.Both) PlugOut(node);
        RemoveNamespace(place.ClientNamespace);
        RemoveNamespace(place.SwitchNamespace);
    }

    /// <summary>Unplugs or plugs the named ports in one go.</summary>
    public void SetPorts(IEnumerable<string> ports, bool up) =>
        Configure(place.SwitchNamespace, string.Join('\n', ports.Select(port => $"link set {port} {(up ? "up" : "down")}")));

    /// <summary>Whether a namespace of this name exists.</summary>
    public static bool NamespaceExists(string name) => File.Exists($"/run/netns/{name}");

    private static void Configure(string name, string lines)
    {
        var result = HostCommand.TryWithInput(TimeSpan.FromSeconds(10), lines + "\n", "ip", "-n", name, "-batch", "-");
        if (result.ExitCode != 0) throw new LabException($"the network in namespace {name} could not be set up: {result.Error.Trim()}");
    }

    private static void RemoveNamespace(string name)
    {
        if (NamespaceExists(name)) HostCommand.Run("ip", "netns", "delete", name);
    }
}
