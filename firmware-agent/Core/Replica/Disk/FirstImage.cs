using Appliance.Core.Replica.History;

namespace Appliance.Core.Replica.Disk;

/// <summary>What <c>replica create</c> writes: an empty history. DRBD's "just created": whoever meets it copies everything
/// onto it.</summary>
public static class FirstImage
{
    /// <param name="pair">See <see cref="PairId"/>.</param>
    /// <param name="device">Random: names this disk for ever.</param>
    /// <param name="node">0 or 1.</param>
    /// <param name="dataBytes">Size that users see unless the peer has less.</param>
    /// <param name="capacityBytes">What the metadata has room for.</param>
    /// <param name="unixSeconds">For people.</param>
    public static Superblock Of(Guid pair, Guid device, int node, long dataBytes, long capacityBytes, long unixSeconds) => new()
    {
        Sequence = 1,
        Cluster = pair,
        Device = device,
        Node = node,
        DataBytes = dataBytes,
        CapacityBytes = capacityBytes,
        RegionShift = RegionSize.ShiftFor(capacityBytes),
        Disk = DiskState.Inconsistent,
        Flags = SuperblockFlags.Clean,
        Generations = new Generations(Generations.JustCreated, 0, default, default),
        Term = 0,
        PeerDevice = Guid.Empty,
        PeerCurrent = 0,
        PeerDataBytes = 0,
        Boot = Guid.Empty,
        Instance = Guid.Empty,
        WrittenAt = unixSeconds,
    };
}
