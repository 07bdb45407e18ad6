using System.Collections.Immutable;

namespace Appliance.Core.Cluster;

/// <summary>What must survive a power cut. Written whole, checksummed, fsynced, before anything in it is spoken or acted on.</summary>
/// <param name="BootId">The kernel's boot id at the time of writing: tells a restart of the agent from one of the machine.</param>
/// <param name="Incarnation">Of the running agent.</param>
/// <param name="PeerIncarnation">Highest heard from the peer.</param>
/// <param name="Standby">Admin state.</param>
/// <param name="MaintenanceLeft">Seconds of maintenance left at the time of writing, 0: none.</param>
/// <param name="Groups">By group name, so that reordering the file mixes nothing up.</param>
public sealed record DurableState(
    string BootId,
    ulong Incarnation,
    ulong PeerIncarnation,
    bool Standby,
    uint MaintenanceLeft,
    ImmutableSortedDictionary<string, DurableGroup> Groups)
{
    /// <summary>Name of the fence device that keeps the peer off for its <c>hold</c> and has to let go; empty: none. An agent that dies
    /// meanwhile leaves the duty to the next one.</summary>
    public string KeptOffBy { get; init; } = "";

    public bool Equals(DurableState? other) =>
        other is not null && BootId == other.BootId && Incarnation == other.Incarnation && PeerIncarnation == other.PeerIncarnation
        && Standby == other.Standby && MaintenanceLeft == other.MaintenanceLeft && KeptOffBy == other.KeptOffBy
        && Groups.Count == other.Groups.Count
        && Groups.All(pair => other.Groups.TryGetValue(pair.Key, out var group) && group == pair.Value);

    public override int GetHashCode() => HashCode.Combine(BootId, Incarnation, PeerIncarnation, Standby, Groups.Count);
}

/// <param name="Vote">The node's vote in the group.</param>
/// <param name="Held">True from before the first resource starts until after the last has stopped.</param>
public readonly record struct DurableGroup(Vote Vote, bool Held);
