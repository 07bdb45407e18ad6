namespace Appliance.Core.Replica.Disk;

/// <summary>What is known of a disk before it is read.</summary>
/// <param name="Pair">Whose it must be; see <see cref="PairId"/>.</param>
/// <param name="Node">Which node's.</param>
/// <param name="DiskBytes">Size of the data device.</param>
/// <param name="MetadataBytes">Size of the metadata device; the same when it is internal.</param>
/// <param name="IsInternal">Metadata lies at the end of the data device.</param>
public readonly record struct AttachPlace(Guid Pair, int Node, long DiskBytes, long MetadataBytes, bool IsInternal)
{
    /// <summary>Places of everything but the bitmap, which the superblock tells.</summary>
    public MetadataLayout Blocks => new(MetadataBytes, 0);
}
