using System.Collections.Immutable;

namespace Appliance.Core.Configuration.Schema;

/// <summary>Sections that belong to the promised interface and are checked, but have no effect in this version. Whoever gives one its
/// effect removes its sentence.</summary>
public static class LaterSchema
{
    private static readonly SectionSchema ResyncRate = new(
        "resync-rate = { … }",
        "Bounds of the background copy.",
        [
            new("min", new SizeType(perSecond: true), "Held even against users' writes.") { Required = true },
            new("max", new SizeType(perSecond: true), "Never exceeded.") { Required = true },
        ]);

    public static readonly SectionSchema Watchdog = new(
        "[watchdog]",
        "Hardware that resets a node that hangs.",
        [
            new("device", Types.Path, "Watchdog device.") { Default = "/dev/watchdog" },
            new("timeout", Types.Duration("1s", "10m"), "Reset after this; more than deadtime.") { Default = "10s" },
        ]);

    public static readonly SectionSchema Replica = new(
        "[replica.NAME]",
        "A block device that both nodes have.",
        [
            new("disk", Types.Path, "Backing partition.") { Required = true },
            new("device", Types.Path, "Device that is mounted.") { Required = true },
            new("protocol", new ChoiceType("A", "B", "C"),
                "When a write is done: written here, received there, written there.") { Default = "C" },
            new("address", new PerNodeType(new EndpointType(), "{ pbx-a = \"10.1.1.1:7788\", pbx-b = \"10.1.1.2:7788\" }"),
                "Address and port of each node.")
                { Required = true },
            new("resync-rate", new SectionType(ResyncRate), "Bounds of the background copy."),
            new("after-split-brain", new ChoiceType("disconnect", "discard-zero-changes"),
                "What may be mended without a person.") { Default = "disconnect" },
        ]);

    public static readonly SectionSchema Device = new(
        "[device.NAME]",
        "Telephone-line hardware.",
        [
            new("driver", new ChoiceType("rhino-1spf", "fonebridge"), "Driver.") { Required = true },
        ])
    {
        Discriminator = "driver",
        Variants =
        [
            new("rhino-1spf", "Relay card.",
            [
                new("node", Types.Name, "Node whose USB port powers the card.") { Required = true },
                new("port", Types.Path, "Serial port of the card.") { Required = true },
            ]),
            new("fonebridge", "TDM over Ethernet bridge.",
            [
                new("address", Types.Address, "Numeric address of the bridge.") { Required = true },
                new("interface", Types.Interface, "Interface it is reached by.") { Required = true },
                new("config", Types.Path, "Its own configuration file.") { Required = true },
            ]),
        ],
    };

    public static readonly SectionSchema Panel = new(
        "[panel]",
        "Front panel.",
        [new("leds", new StringMapType("{ status = \"appliance:status\", role = \"appliance:role\" }"),
            "Lights by what they show.") { Required = true }]);

    public static readonly SectionSchema Alert = new(
        "[alert.NAME]",
        "Who is told.",
        [
            new("to", new ListType(new StringType("string", "a mail address", text => text.Contains('@') ? null
                : "there is no \"@\" in it"), 1, 32, "[\"noc@example.net\"]"),
                "Mail addresses.") { Required = true },
            new("server", new StringType("host:port", "a mail server and its port, for example \"smtp.example.net:587\"", HostPortFault),
                "Mail server.") { Required = true },
        ]);

    public static readonly SectionSchema Web = new(
        "[web]",
        "Read-only status page.",
        [new("listen", new EndpointType(), "Address and port.") { Default = "0.0.0.0:8080" }]);

    public static ImmutableArray<Key> RootKeys { get; } =
    [
        new("watchdog", new SectionType(Watchdog), "Hardware watchdog.")
            { Later = "[watchdog] is understood but has no effect in this version; remove the section (systemd's own RuntimeWatchdogSec "
                + "may be used instead)" },
        new("replica", new NamedSectionsType(Replica, Types.Name), "Replicated block devices.")
            { Later = "[replica.NAME] is understood but has no effect in this version; remove the section and mount a device that both "
                + "nodes reach" },
        new("device", new NamedSectionsType(Device, Types.Name), "Telephone-line hardware.")
            { Later = "[device.NAME] is understood but has no effect in this version; remove the section" },
        new("panel", new SectionType(Panel),
            "Front panel.") { Later = "[panel] is understood but has no effect in this version; remove the section" },
        new("alert", new NamedSectionsType(Alert, Types.Name), "Who is told.")
            { Later = "[alert.NAME] is understood but has no effect in this version; remove the section and follow `appliance events` or "
                + "the journal" },
        new("web", new SectionType(Web),
            "Status page.")
            { Later = "[web] is understood but has no effect in this version; remove the section and use `appliance status`" },
    ];

    public static ImmutableArray<SectionSchema> All { get; } = [Watchdog, Replica, ResyncRate, Device, Panel, Alert, Web];

    private static string? HostPortFault(string text)
    {
        var colon = text.LastIndexOf(':');
        return colon > 0 && NumericAddress.ParsePort(text[(colon + 1)..]) is not null && !text.Any(char.IsWhiteSpace) ? null
            : "write HOST:PORT";
    }
}
