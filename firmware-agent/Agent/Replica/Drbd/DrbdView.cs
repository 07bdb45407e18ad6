using Appliance.Agent.Replica.Control;
using Appliance.Core.Replica;
using Appliance.Drivers.Drbd;

namespace Appliance.Agent.Replica.Drbd;

/// <summary>DRBD's status in the form that agent and commands know. What DRBD does not tell (generations, hot regions) is 0.</summary>
internal static class DrbdView
{
    /// <param name="found">Null: DRBD did not answer, or the resource is not up.</param>
    /// <param name="problem">Why.</param>
    public static ReplicaStatus Status(string name, int node, Protocol protocol, ulong term, DrbdStatus? found, string problem)
    {
        var now = found ?? new DrbdStatus(
            name, ConnectionState.StandAlone, ReplicaRole.Secondary, ReplicaRole.Unknown, DiskState.Diskless, DiskState.DUnknown);
        return new ReplicaStatus
        {
            Name = name,
            Node = node,
            Connection = now.Connection,
            Why = found is null ? problem : "",
            Role = now.Role,
            PeerRole = now.PeerRole,
            Disk = now.Disk,
            PeerDisk = now.PeerDisk,
            Protocol = protocol,
            Frozen = now.Suspended ? "suspended by DRBD" : "",
            Alone = IsAlone(now),
            PeerOutdated = now.PeerDisk is DiskState.Outdated or DiskState.Inconsistent && now.Connection < ConnectionState.Connected,
            PeerSeen = now.PeerDisk != DiskState.DUnknown,
            Term = term,
            Current = 0,
            Base = 0,
            DataBytes = now.SizeKiB * 1024,
            NetSentKiB = now.SentKiB,
            NetReceivedKiB = now.ReceivedKiB,
            DiskWrittenKiB = now.WrittenKiB,
            DiskReadKiB = now.ReadKiB,
            IntentWrites = now.ActivityLogWrites,
            BitmapWrites = now.BitmapWrites,
            LocalPending = now.LocalPending,
            PeerPending = now.PeerPending,
            Unacknowledged = now.Unacknowledged,
            FrontPending = now.FrontPending,
            OutOfSyncKiB = now.OutOfSyncKiB,
            HotRegions = 0,
            Progress = Progress(now),
            VerifyDiffered = -1,
        };
    }

    public static ReplicaWatch Watch(ReplicaStatus status, string? device, bool asks) => new(
        status.Name, status.Connection, status.Role, status.PeerRole, status.Disk, status.PeerDisk, status.Why, status.Frozen,
        AskFence: asks, status.Alone, status.PeerOutdated, status.PeerSeen, status.Term, status.DataBytes, device,
        status.Progress is not null);

    private static bool IsAlone(DrbdStatus now) =>
        now.Role == ReplicaRole.Primary && (now.Connection < ConnectionState.Connected || now.PeerDisk != DiskState.UpToDate);

    /// <summary>DRBD tells the part that is in sync; the amounts follow from what is out of sync.</summary>
    private static SyncProgress? Progress(DrbdStatus now)
    {
        if (now.DoneFraction is not { } done) return null;
        var total = done < 1 ? (long)(now.OutOfSyncKiB / (1 - done)) : now.OutOfSyncKiB;
        return new SyncProgress(
            Math.Max(total, now.OutOfSyncKiB), now.OutOfSyncKiB, now.KiBPerSecond, now.KiBPerSecond, now.KiBPerSecond, now.SecondsLeft);
    }
}
