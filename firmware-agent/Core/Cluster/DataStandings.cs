using Appliance.Core.Replica;

namespace Appliance.Core.Cluster;

/// <summary>What a replica's process says about itself, as far as the cluster's decisions look at it.</summary>
/// <param name="Connection">To the peer's process.</param>
/// <param name="Disk">Ours. Without a connection UpToDate means that nobody has newer data, else it is Consistent.</param>
/// <param name="AskFence">Users wait until the peer is known to be harmless.</param>
/// <param name="Alone">Primary, and writes what the peer has not.</param>
/// <param name="PeerOutdated">The peer's copy is noted to be older.</param>
public readonly record struct ReplicaFacts(ConnectionState Connection, DiskState Disk, bool AskFence, bool Alone, bool PeerOutdated);

/// <summary>How a replica's state counts for the cluster.</summary>
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
        var isConnected = facts.Connection >= ConnectionState.Connected;
        if (!isConnected && (facts.AskFence || facts.Alone || facts.PeerOutdated)) return DataStanding.Alone;
        return facts.Disk == DiskState.UpToDate ? DataStanding.UpToDate : DataStanding.Consistent;
    }
}
