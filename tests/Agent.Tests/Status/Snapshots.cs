using Appliance.Agent.Status;
using Appliance.Core.Cluster;
using Appliance.Core.Resources;

namespace Appliance.Agent.Tests.Status;

/// <summary>Hand-made snapshots: a healthy pair, and variations of it by <c>with</c>.</summary>
internal static class Snapshots
{
    public static StatusView Healthy { get; } = new(
        StatusView.CurrentFormat,
        "site42",
        1_795_248_000_123,
        "0.1.0",
        new ConfigStatus("/etc/appliance/appliance.toml", "1a2b3c4d", "1a2b3c4d"),
        Node("pbx-a", 0, null),
        Node("pbx-b", 1, 43),
        new HeartbeatStatus(100, 300, 600, 20_000, true, 180),
        [Link("cable", "unicast", "eth1"), Link("lan", "multicast", "eth0"), Link("serial", "serial", "/dev/ttyS0")],
        null,
        [Pbx()],
        []);

    public static NodeStatus Node(string name, int number, long? heardMs) =>
        new(name, number, PeerState.Up, heardMs, 12, false, 0, false, false, 1, 1);

    public static LinkStatus Link(string name, string type, string device) =>
        new(name, type, device, LinkState.Up, "", 43, true, 86_400, 0, 86_391, new Dictionary<string, long>());

    public static GroupStatus Pbx() => new(
        "pbx",
        Role.Active,
        Role.Passive,
        7_384_000,
        new VoteStatus(7, "pbx-a"),
        new VoteStatus(7, "pbx-a"),
        "pbx-a",
        "never",
        true,
        [],
        true,
        Wish.None,
        Wish.None,
        DataStanding.None,
        DataStanding.None,
        GroupCondition.Started,
        "pbx-b is dead: silent on all links for 600 ms",
        [
            Resource("fs", "mount", null),
            Resource("vip", "ip", null),
            Resource("mysql", "service", new ProbeStatus("mysql", true, 0, 1.4, "SELECT 1 answered")),
            Resource("asterisk", "service", new ProbeStatus("asterisk", true, 0, 2.2, "SIP/2.0 200 OK")),
        ]);

    public static ResourceStatus Resource(string name, string type, ProbeStatus? probe) =>
        new(name, type, ResourceState.Started, 7_380_000, "", 0, 3, probe);

    /// <summary>The other node has lost its power.</summary>
    public static StatusView PeerDead { get; } = Healthy with
    {
        Peer = Healthy.Peer with { State = PeerState.Dead, HeardMs = 12_400 },
        Links = [.. Healthy.Links.Select(link => link with { State = LinkState.Down, HeardMs = 12_400, PeerHears = null })],
        Groups = [Pbx() with { PeerRole = null, PeerVote = null, PeerFit = null, PeerWish = null, PeerData = null }],
    };

    /// <summary>Asterisk failed for good here, the other node is in standby: nobody serves.</summary>
    public static StatusView ServedNowhere { get; } = Healthy with
    {
        Peer = Healthy.Peer with { Standby = true },
        Groups =
        [
            Pbx() with
            {
                Role = Role.Failed,
                PeerFit = false,
                Fit = false,
                FitReasons = ["it failed here: asterisk was restarted 3 times within 10 min"],
                Condition = GroupCondition.Failed,
                Why = "pbx-b is in standby and cannot take it",
                Resources =
                [
                    Resource("vip", "ip", null) with { State = ResourceState.Stopped },
                    Resource("asterisk", "service", new ProbeStatus("asterisk", false, 3, 1000, "no answer within 1 s")) with
                    {
                        State = ResourceState.Failed,
                        RestartsUsed = 3,
                        Text = "asterisk.service: start failed with exit code 1; see 'journalctl -u asterisk.service'",
                    },
                ],
            },
        ],
    };

    /// <summary>Redundancy lost in every way at once, while the service stands.</summary>
    public static StatusView Battered { get; } = Healthy with
    {
        Config = Healthy.Config with { PeerDigest = "deadbeef" },
        Node = Healthy.Node with { MaintenanceLeft = 1500, PingsSeen = 0 },
        Peer = Healthy.Peer with { State = PeerState.Late, HeardMs = 350, Standby = true },
        Links =
        [
            Link("cable", "unicast", "eth1") with
            {
                PeerHears = false, Rejected = new Dictionary<string, long> { ["bad mac"] = 12, ["replayed"] = 3 },
            },
            Link("lan", "multicast", "eth0") with { State = LinkState.Late, HeardMs = 400 },
            Link("serial", "serial", "/dev/serial/by-id/usb-FTDI_FT232R") with
            {
                State = LinkState.Down, HeardMs = null, PeerHears = null, SendErrors = 7,
                Reason = "the device does not exist: is the cable plugged in?",
            },
        ],
        Witness = new WitnessStatus("192.0.2.7:7789", false, 90_000, null),
        Groups = [Pbx() with { PeerFit = false }],
        Panel = new PanelStatus(
            "maintenance", "flash", "on", ["MAINTENANCE     ", "pbx-b is late   "],
            ["front panel: role light: there is no LED appliance:role; there are appliance:status"]),
        Spans =
        [
            new SpanStatus(1, "TE4/0/1", "T4XXP (PCI) Card 0 Span 1", "HDB3/CCS/CRC4", true, "RED",
                "no signal: cable, relay position or the exchange", true, 31, 1),
            new SpanStatus(2, "TE4/0/2", "T4XXP (PCI) Card 0 Span 2", "HDB3/CCS/CRC4", true, "", "", false, 31, 31),
            new SpanStatus(3, "TE4/0/3", "T4XXP (PCI) Card 0 Span 3", "", false, "RED", "no signal: cable, relay position or the exchange",
                false, 31, 0),
        ],
        Alarms = [new AlarmStatus(false, "SCHED_FIFO was refused: the heartbeat may be late under load")],
    };
}
