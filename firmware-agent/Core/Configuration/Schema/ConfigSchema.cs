using System.Collections.Immutable;

namespace Appliance.Core.Configuration.Schema;

/// <summary>Every section and key of <c>appliance.toml</c>.</summary>
public static class ConfigSchema
{
    public const string KeyFileDefault = "/etc/appliance/cluster.key";
    public const string PortDefault = "694";

    public static readonly SectionSchema Cluster = new(
        "[cluster]",
        "What both nodes are one of, and what they do when it gets dark.",
        [
            new("name", Types.Name,
                "Name of the pair; part of every heartbeat, so that two pairs on one LAN do not meet.") { Required = true },
            new("key-file", Types.Path, "File of the shared secret (lines `ID hmac-sha256 HEX`).") { Default = KeyFileDefault },
            new("on-isolation", new ChoiceType("release", "stay"),
                "What a serving node does when it hears neither peer nor ping reference nor witness: "
                + "stop its groups, or go on and risk a second server.") { Default = "release" },
            new("stop-failure-bound", Types.Duration("1s", "10m"),
                "How long the peer waits after a node said that it resets itself because a resource would not stop.")
                { Default = "15s" },
            FenceSchema.Delay,
        ]);

    public static readonly SectionSchema Node = new(
        "[[node]]",
        "One of the two nodes. A node finds itself by its host name, or by the name in `/etc/appliance/node`.",
        [new("name", Types.Name, "Host name of the node.") { Required = true }]);

    public static readonly SectionSchema Link = new(
        "[[heartbeat.link]]",
        "A medium between the nodes. All of them are used at once; only silence on all of them is death.",
        [
            new("name", Types.Name, "Name of the link in messages.") { Required = true },
            new("type", new ChoiceType("udp", "serial"), "Kind of medium.") { Required = true },
        ])
    {
        Discriminator = "type",
        Variants =
        [
            new("udp", "Ethernet. Exactly one of `address` (unicast), `group` (multicast) and `broadcast = true`.",
            [
                new("interface", Types.Interface, "Interface the heartbeats leave by.") { Required = true },
                new("address", Types.NodeAddress, "Numeric address of each node on this interface."),
                new("group", new AddressType(multicast: true), "Multicast group."),
                new("broadcast", Types.Boolean, "Use the interface's IPv4 broadcast address.") { Default = "false" },
                new("port", Types.Port, "UDP port.") { Default = PortDefault },
            ]),
            new("serial", "Null-modem cable, 8N1, no flow control.",
            [
                new("device", Types.Path, "Serial device.") { Required = true },
                new("baud", new OneOfType(1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400, 460800, 921600),
                    "Bits per second.") { Default = "19200" },
            ]),
        ],
    };

    public static readonly SectionSchema Heartbeat = new(
        "[heartbeat]",
        "How often the nodes speak and how long silence may last.",
        [
            new("keepalive", Types.Duration("20ms", "10s"), "Pause between two heartbeats.") { Default = "100ms" },
            new("warntime", Types.Duration("30ms", "1m"), "Silence that is worth a warning.") { Default = "300ms" },
            new("deadtime", Types.Duration("60ms", "5m"), "Silence on all links that means death.") { Default = "600ms" },
            new("initdead", Types.Duration("1s", "1h"),
                "The same during the first moments after the agent's start, when a peer may still be booting.") { Default = "20s" },
            new("compat", new ChoiceType(Relations.LinuxHaRelations.Word),
                "Speak the protocol of Heartbeat 3 to the other node, while a pair is replaced one node at a time (docs/MIGRATION.md)."),
            new("authkeys", Types.Path, "Keys of that protocol: Heartbeat's authkeys, the same on both nodes.")
                { Default = "/etc/appliance/authkeys" },
            new("link", new SectionsType(Link, Limits.LinksMax, "name"), "The media, see `[[heartbeat.link]]`.") { Required = true },
        ]);

    public static readonly SectionSchema Ping = new(
        "[[ping]]",
        "A host on the LAN that always answers ICMP echo, best the router. A node that hears neither peer nor any of these is cut off and "
            + "does not serve.",
        [
            new("address", Types.Address, "Numeric address.") { Required = true },
            new("interval", Types.Duration("20ms", "1m"), "Pause between two questions.") { Default = "200ms" },
            new("timeout", Types.Duration("20ms", "1m"), "No answer by then is a miss.") { Default = "200ms" },
        ]);

    public static readonly SectionSchema Witness = new(
        "[witness]",
        "A third machine that runs `appliance witness`.",
        [
            new("address", Types.Address, "Numeric address of the witness.") { Required = true },
            new("port", Types.Port, "UDP port of the witness.") { Default = PortDefault },
        ]);

    public static readonly SectionSchema Group = new(
        "[[group]]",
        "What fails over together.",
        [
            new("name", Types.Name, "Name of the group.") { Required = true },
            new("preferred", Types.Name, "Node that serves when both could. Without it: the one that serves stays."),
            new("failback", new FailbackType(), "When the group returns to its preferred node.") { Default = "never" },
            new("resource", new SectionsType(ResourceSchema.Resource, Limits.ResourcesMax, "name"),
                "Its resources, see `[[group.resource]]`.") { Required = true },
        ]);

    /// <summary>The file.</summary>
    public static readonly SectionSchema Root = new(
        "appliance.toml",
        "The sections.",
        [
            new("cluster", new SectionType(Cluster), "Name, key and policy.") { Required = true },
            new("node", new SectionsType(Node, Limits.Nodes, "name"), "The two nodes.") { Required = true },
            new("heartbeat", new SectionType(Heartbeat), "Timing and links.") { Required = true },
            new("ping", new SectionsType(Ping, Limits.PingsMax, "address"), "Ping references."),
            new("witness", new SectionType(Witness), "The third vote."),
            new("replica", new NamedSectionsType(ReplicaSchema.Replica, Types.Name), "Replicated block devices, see `[replica.NAME]`."),
            new("device", new NamedSectionsType(LineDeviceSchema.Device, Types.Name), "Telephone-line hardware, see `[device.NAME]`."),
            new("group", new SectionsType(Group, Limits.GroupsMax, "name"), "What is served.") { Required = true },
            new("watchdog", new SectionType(WatchdogSchema.Watchdog), "Hardware that resets a node that hangs."),
            new("fence", new NamedSectionsType(FenceSchema.Fence, Types.Name), "Devices that switch a node off, see `[fence.NAME]`."),
            new("panel", new SectionType(PanelSchema.Panel), "Front panel, see `[panel]`."),
            new("network", new SectionType(NetworkSchema.Network), "Interfaces, see `[network]`."),
            new("firewall", new SectionType(FirewallSchema.Firewall), "What may reach the nodes, see `[firewall]`."),
            new("alert", new NamedSectionsType(AlertSchema.Alert, Types.Name), "Who is told, see `[alert.NAME]`."),
            .. HealthSchema.RootKeys,
            WebSchema.RootKey,
        ]);

    /// <summary>All sections in the order of the documentation.</summary>
    public static ImmutableArray<SectionSchema> All { get; } =
    [
        Root, Cluster, Node, Heartbeat, Link, Ping, Witness, .. ReplicaSchema.All, .. LineDeviceSchema.All, Group, ResourceSchema.Resource,
            ResourceSchema.Restarts, ResourceSchema.Probe, WatchdogSchema.Watchdog, FenceSchema.Fence, .. PanelSchema.All,
            .. NetworkSchema.All, .. FirewallSchema.All, AlertSchema.Alert, .. HealthSchema.All, .. WebSchema.All,
    ];
}
