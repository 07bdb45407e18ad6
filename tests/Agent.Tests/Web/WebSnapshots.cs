using Appliance.Agent.Fences;
using Appliance.Agent.Lines;
using Appliance.Agent.Status;
using Appliance.Agent.Tests.Status;
using Appliance.Agent.Watchdog;
using Appliance.Core.Lines;
using Appliance.Core.Replica;
using Appliance.Core.Cluster;
using Appliance.Core.Watchdog;

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
