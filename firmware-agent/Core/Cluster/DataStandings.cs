using Appliance.Core.Replica;

namespace Appliance.Core.Cluster;

/// <summary>What a replica's process says about itself, as far as the cluster's decisions look at it.</summary>
/// <param name="Role">Ours.</param>
/// <param name="Connection">To the peer's process.</param>
/// <param name="Disk">Ours.</param>
/// <param name="AskFence">Users wait until the peer is known to be harmless.</param>
/// <param name="Alone">Primary, and writes what the peer has not.</param>
/// <param name="PeerOutdated">The peer's copy is noted to be older.</param>
/// <param name="PeerSeen">There has been a peer.</param>
public readonly record struct ReplicaFacts(
    ReplicaRole Role, ConnectionState Connection, DiskState Disk, bool AskFence, bool Alone, bool PeerOutdated, bool PeerSeen);

/// <summary>How a replica's state counts for the cluster. UpToDate is a promise that nobody has newer data; without a connection a
/// secondary cannot make it.</summary>
public static class DataStandings
{
    /// <summary>The copy may be served without asking anybody.</summary>
    public static bool IsGood(this DataStanding standing) => standing is DataStanding.None or DataStanding.UpToDate or DataStanding.Alone;

    /// <summary>Derives the standing.</summary>
    public static DataStanding Of(in ReplicaFacts facts) => facts.Disk switch
    {
        DiskState.Inconsistent => DataStanding.Inconsistent,
        DiskState.Outdated => DataStanding.Outdated,
        DiskState.Diskless or DiskState.Failed => DataStanding.Diskless,
        DiskState.UpToDate or DiskState.Consistent => OfWhole(facts),
        _ => DataStanding.Unknown,
    };

    private static DataStanding OfWhole(in ReplicaFacts facts)
    {
        if (facts.Connection >= ConnectionState.Connected && facts.Disk == DiskState.UpToDate) return DataStanding.UpToDate;
        if (facts.Connection >= ConnectionState.Connected) return DataStanding.Consistent;
        if (facts.AskFence || facts.Alone || facts.PeerOutdated) return DataStanding.Alone;
        var ours = facts.Role == ReplicaRole.Primary || !facts.PeerSeen;
        return ours && facts.Disk == DiskState.UpToDate ? DataStanding.UpToDate : DataStanding.Consistent;
    }
}
