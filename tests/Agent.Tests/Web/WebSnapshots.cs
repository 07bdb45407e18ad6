using Appliance.Agent.Fences;
using Appliance.Agent.Lines;
using Appliance.Agent.Status;
using Appliance.Agent.Tests.Status;
using Appliance.Agent.Watchdog;
using Appliance.Core.Health;
using Appliance.Core.Incidents;
using Appliance.Core.Layers;
using Appliance.Core.Lines;
using Appliance.Core.Replica;
using Appliance.Core.Resources;
using Appliance.Core.Cluster;
using Appliance.Core.Watchdog;
using Appliance.Drivers.Probes.Asterisk;

namespace Appliance.Agent.Tests.Web;

/// <summary>What only the page and the metrics look at: a replica that is being copied, and telephone lines.</summary>
internal static class WebSnapshots
{
    /// <summary>Everything that a snapshot can have.</summary>
    public static StatusView Full { get; } = Snapshots.Battered with
    {
        Watchdog = new WatchdogView("/dev/watchdog0", "iTCO_wdt", WatchdogStanding.Feeding, 10_000, "", false),
        Fence = new FenceView(["ipmi-b"], false, false, 1, "ipmi-b: the controller does not answer"),
        Groups =
        [
            Snapshots.Pbx() with
            {
                PeerFit = false,
                Data = DataStanding.UpToDate,
                Replica = new GroupReplica("data", Replica(31_457_280)),
                Line = LineStanding.Here,
                Lines =
                [
                    new LineView("pri", "lcus", LineStanding.Here, "", "14:03 taken: the group was promoted"),
                    new LineView("bri", "ft245r", LineStanding.Unknown, "the board does not answer: is its cable plugged in?"),
                ],
            },
            Snapshots.Pbx() with
            {
                Name = "fax", Role = Role.Passive, PeerRole = Role.Active, Fit = false, FitReasons = ["pbx-a is in maintenance"],
                Resources = [Snapshots.Resource("fax-ip", "ip", null)], Replica = new GroupReplica("faxes", null),
            },
        ],
    };

    /// <summary>A node that ails; its numbers are what metrics are made of.</summary>
    public static StatusView Ailing { get; } = Full with
    {
        HealthScore = 550,
        Sensors =
        [
            new SensorReading("space /var", SensorLevel.Warning, "91 % of the room on /var is used") { Value = 0.91, Unit = "ratio" },
            new SensorReading("disk", SensorLevel.Critical, "a small write has no answer after 2.5 s") { Value = 2.5, Unit = "seconds" },
            new SensorReading("temperature cpu", SensorLevel.Good, "cpu has 48 °C") { Value = 48, Unit = "celsius" },
            // A sensor of the installer's own that is called like one of ours: one of them is told.
            new SensorReading("temperature cpu", SensorLevel.Good, "cpu has 49 °C") { Value = 49, Unit = "celsius" },
            new SensorReading("drive sda", SensorLevel.Unknown, "smartctl is not installed"),
        ],
    };

    /// <summary>The same, of a node that says what it is busy with and how it feels.</summary>
    public static StatusView Telling { get; } = Full with
    {
        HealthScore = 850,
        Sensors =
        [
            new SensorReading("memory", SensorLevel.Good, "61 % of 7.7 GiB are free"),
            new SensorReading("space /var", SensorLevel.Warning, "91 % are used; expected below 90 %: delete recordings or make room"),
        ],
        Groups =
        [
            Full.Groups[0] with
            {
                Resources =
                [
                    .. Full.Groups[0].Resources,
                    new ResourceStatus("voice", "systemd", ResourceState.Started, 90_000, "", 0, 3, Asked),
                ],
            },
            Full.Groups[1],
        ],
    };

    private static ProbeStatus Asked => new("asterisk", true, 0, 4, "well")
    {
        Facts = new AsteriskFacts(3, 6, 2, 1, 0),
        Layers =
        [
            new LayerStatus("cli", LayerState.Answers, 2.4, "3 active calls, up for 4 days"),
            new LayerStatus("sip", LayerState.Fails, 500, "no answer from 192.0.2.10:5060 within 500 ms"),
        ],
    };

    /// <summary>A takeover, as a node keeps it.</summary>
    public static Incident Takeover { get; } = new(
        Incident.CurrentFormat, "20261122-080000", "test", "pbx-b", "pbx-a", IncidentStage.Closed, 1_795_334_400_000, 60_000,
        "boot-1", 9000, "both nodes stand by for each other again", false, "pbx-a fell silent on all links", [], 2, "complete", true, 0,
        [new IncidentGroup("pbx", "pbx-a", "pbx-b", "silence of 0.641 s", -399, 242, 641, 100, null)],
        [new IncidentPhase("noticed", "pbx", "pbx-b", -99, 300, 0), new IncidentPhase("serving", "pbx", "pbx-b", 242, 341, 0)],
        [new IncidentEntry(-99, 0, "pbx-b", "peer", null, null, "Up", "Late", "pbx-a is late <b>", 1)]);

    /// <summary>A copy of 60 GiB that goes on at 110 MiB/s.</summary>
    /// <param name="leftKiB">To do.</param>
    public static ReplicaStatus Replica(long leftKiB) => new()
    {
        Name = "data", Node = 0, Connection = ConnectionState.SyncSource, Why = "", Role = ReplicaRole.Primary,
        PeerRole = ReplicaRole.Secondary, Disk = DiskState.UpToDate, PeerDisk = DiskState.Inconsistent, Protocol = Protocol.C, Frozen = "",
        Alone = false, PeerOutdated = true, PeerSeen = true, Term = 7, Current = 0xfeed, Base = 0xbeef, DataBytes = 64L << 30,
        NetSentKiB = 32_000_000, NetReceivedKiB = 1200, DiskWrittenKiB = 900_000, DiskReadKiB = 31_500_000, IntentWrites = 40,
        BitmapWrites = 12, LocalPending = 3, PeerPending = 17, Unacknowledged = 0, FrontPending = 1, OutOfSyncKiB = leftKiB, HotRegions = 9,
        Progress = new SyncProgress(62_914_560, leftKiB, 112_640, 108_000, 122_880, leftKiB / 112_640), VerifyDiffered = -1,
    };
}
