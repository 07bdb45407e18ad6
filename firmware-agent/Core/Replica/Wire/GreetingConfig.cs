using Appliance.Core.Wire;

namespace Appliance.Core.Replica.Wire;

/// <summary>Who we are and whom we expect.</summary>
/// <param name="Replica">Its name, the same on both nodes; at most 64 bytes of UTF-8.</param>
/// <param name="Cluster">Of the pair (<c>Superblock.Cluster</c>).</param>
/// <param name="Node">0 or 1; the other one is expected.</param>
/// <param name="Keys">Of the cluster.</param>
/// <param name="Encrypt">Frames are sealed; the peer must want the same.</param>
public sealed record GreetingConfig(string Replica, Guid Cluster, int Node, KeySet Keys, bool Encrypt)
{
    /// <summary>Oldest version of the protocol that this release speaks. A test may pretend to be another release.</summary>
    public byte VersionMin { get; init; } = 1;

    /// <summary>Newest version of the protocol that this release speaks.</summary>
    public byte VersionMax { get; init; } = 1;
}
