using System.Security.Cryptography;
using System.Text;

namespace Appliance.Core.Replica.Disk;

/// <summary>Which pair of disks this is: <see cref="Superblock.Cluster"/>, and what two nodes prove to each other.</summary>
public static class PairId
{
    /// <summary>First 16 bytes of SHA-256 over the cluster's name, a zero byte and the replica's name, in UTF-8.</summary>
    public static Guid Of(string cluster, string replica) =>
        new(SHA256.HashData([.. Encoding.UTF8.GetBytes(cluster), 0, .. Encoding.UTF8.GetBytes(replica)]).AsSpan(0, 16), bigEndian: true);
}
