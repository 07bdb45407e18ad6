using Appliance.Core.Replica.Disk;
using Appliance.Core.Time;

namespace Appliance.Core.Replica.Engine;

/// <summary>A snapshot for people.</summary>
internal static class StatusOf
{
    public static ReplicaStatus Make(Volume volume, Instant now) => new()
    {
        Name = volume.Config.Name,
        Node = volume.Config.Node,
        Connection = volume.Link.State,
        Why = volume.Link.IsUp ? "" : volume.Link.Why,
        Role = volume.Role,
        PeerRole = volume.Link.PeerRole,
        Disk = volume.Disk,
        PeerDisk = PeerDisk(volume),
        Protocol = volume.Config.Protocol,
        Frozen = Frozen(volume.Gate),
        Alone = volume.Role == ReplicaRole.Primary && !volume.Link.TakesWrites,
        PeerOutdated = volume.Super.IsKnown && (volume.Super.Now.Flags & SuperblockFlags.PeerOutdated) != 0,
        PeerSeen = volume.Super.IsKnown && (volume.Super.Now.Flags & SuperblockFlags.PeerSeen) != 0,
        Term = volume.Term,
        New = volume.Super.IsKnown && volume.Generations.Current == History.Generations.JustCreated
            && (volume.Super.Now.Flags & SuperblockFlags.ResyncTarget) == 0,
        PeerNew = volume.Meeting.PeerIsNew,
        Current = volume.Generations.Current,
        Base = volume.Generations.Base,
        DataBytes = volume.Size,
        NetSentKiB = volume.Counters.Sent >> 10,
        NetReceivedKiB = volume.Counters.Received >> 10,
        DiskWrittenKiB = volume.Counters.DiskWritten >> 10,
        DiskReadKiB = volume.Counters.DiskRead >> 10,
        IntentWrites = volume.Counters.IntentWrites,
        BitmapWrites = volume.Counters.BitmapWrites,
        LocalPending = volume.Io.Pending,
        PeerPending = volume.Link.Pending,
        Unacknowledged = volume.PeerPath.Pending,
        FrontPending = volume.Front.Pending,
        OutOfSyncKiB = volume.Bitmap.Count * (Geometry.BlockBytes >> 10),
        HotRegions = volume.Intents.Hot,
        Progress = Progress(volume, now),
        VerifyDiffered = volume.Verifying.Differed,
    };

    private static DiskState PeerDisk(Volume volume) =>
        !volume.Link.IsUp && volume.Super.IsKnown && (volume.Super.Now.Flags & SuperblockFlags.PeerOutdated) != 0
            ? DiskState.Outdated : volume.Link.PeerDisk;

    private static SyncProgress? Progress(Volume volume, Instant now)
    {
        var left = volume.Bitmap.Count * 4;
        return volume.Link.State switch
        {
            ConnectionState.SyncSource => Of(volume.Source.Pace, volume.Source.Total * 4, left, volume, now),
            ConnectionState.SyncTarget => Of(volume.Target.Pace, volume.Target.Total * 4, left, volume, now),
            ConnectionState.VerifyS => Of(volume.Verifying.Pace, volume.Verifying.Total * 4, volume.Verifying.Left * 4, volume, now),
            _ => null,
        };
    }

    private static SyncProgress Of(Pace pace, long total, long left, Volume volume, Instant now)
    {
        var speed = pace.Now(now) >> 10;
        left = Math.Min(left, total);
        return new SyncProgress(
            total, left, speed, pace.Average(now) >> 10, volume.Config.ResyncMax >> 10, speed > 0 ? left / speed : -1);
    }

    private static string Frozen(Gate gate) => gate switch
    {
        Gate.Open => "",
        _ when gate.HasFlag(Gate.Fencing) => "fencing: the peer was lost, the agent must say that it will not serve",
        _ when gate.HasFlag(Gate.NoData) => "no copy of the data can be reached",
        _ when gate.HasFlag(Gate.Suspended) => "suspended by an operator",
        _ when gate.HasFlag(Gate.Resizing) => "being resized",
        _ => "comparing with the peer",
    };
}
