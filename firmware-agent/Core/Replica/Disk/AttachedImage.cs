namespace Appliance.Core.Replica.Disk;

/// <summary>
/// Decides what a disk is from the blocks that were read: the two superblocks, the two intent maps, then each page of the bitmap. The
/// result is <see cref="DiskImage"/> or a refusal in words; nothing is ever repaired or guessed.
/// </summary>
public sealed class AttachedImage
{
    private readonly DiskImage _image;
    private int _nextPage;

    private AttachedImage(DiskImage image, string note) => (_image, Note) = (image, note);

    /// <summary>What an operator should know although the disk is usable: a slot was torn. Empty: nothing.</summary>
    public string Note { get; }

    public Superblock Superblock => _image.Superblock;

    public MetadataLayout Layout => _image.Layout;

    /// <summary>The page of the bitmap that <see cref="TakePage"/> wants next; -1: it has all.</summary>
    public int NextPage => _nextPage < _image.Layout.BitmapPages ? _nextPage : -1;

    /// <summary>Begins with the four blocks at <see cref="AttachPlace.Blocks"/>; null and the reason when this disk must not be
    /// used.</summary>
    public static AttachedImage? Begin(
        AttachPlace place, ReadOnlySpan<byte> super0, ReadOnlySpan<byte> super1, ReadOnlySpan<byte> intent0, ReadOnlySpan<byte> intent1,
        out string problem)
    {
        if (SuperblockChoice.Of(super0, super1, out problem) is not { } choice) return null;
        var superblock = choice.Superblock;
        problem = Belongs(place, superblock) ?? Fits(place, superblock) ?? "";
        if (problem.Length > 0) return null;
        var layout = new MetadataLayout(place.MetadataBytes, superblock.CapacityBytes);
        var (hot, slot, sequence, note) = Intents(superblock, intent0, intent1);
        var image = new DiskImage(
            superblock, choice.Slot, layout, hot, slot, sequence, new DirtyBitmap(superblock.CapacityBytes / Geometry.BlockBytes));
        return new AttachedImage(image, Join(choice.Note, note));
    }

    /// <summary>Takes page <see cref="NextPage"/> of the bitmap, 4 KiB. Any content is a bitmap: a page has no checksum, as a page that was
    /// torn is covered by the intent map.</summary>
    public void TakePage(ReadOnlySpan<byte> bytes)
    {
        Invariant.Check(NextPage >= 0);
        Invariant.Check(bytes.Length == Geometry.BlockBytes);
        if (_nextPage < _image.Bitmap.Pages) _image.Bitmap.LoadPage(_nextPage, bytes);
        _nextPage++;
    }

    /// <summary>The whole, when every page was taken.</summary>
    public DiskImage Finish()
    {
        Invariant.Check(NextPage < 0);
        return _image;
    }

    private static string? Belongs(AttachPlace place, Superblock superblock)
    {
        if (superblock.Cluster != place.Pair)
            return "the disk belongs to another replica or cluster: is it the right disk? (replica create --force makes it ours and "
                + "forgets what it was)";
        return superblock.Node == place.Node
            ? null
            : $"the disk belongs to node {superblock.Node} of this replica and this is node {place.Node}: "
                + "were the disks swapped or cloned?";
    }

    private static string? Fits(AttachPlace place, Superblock superblock)
    {
        var layout = new MetadataLayout(place.MetadataBytes, superblock.CapacityBytes);
        if (layout.Start < 0 || (place.IsInternal && layout.Start < superblock.CapacityBytes))
            return $"the metadata for {superblock.CapacityBytes} bytes of data does not fit in {place.MetadataBytes} bytes: "
                + "is metadata that was external now configured as internal?";
        return place.DiskBytes >= superblock.CapacityBytes
            ? null
            : $"the disk has shrunk: it has {place.DiskBytes} bytes and {superblock.CapacityBytes} are promised";
    }

    /// <summary>With neither slot whole every region is in doubt: everything is compared with the peer, nothing is lost.</summary>
    private static (byte[] Hot, int Slot, ulong Sequence, string Note) Intents(
        Superblock superblock, ReadOnlySpan<byte> slot0, ReadOnlySpan<byte> slot1)
    {
        var first = IntentText.Read(slot0, out var sequence0, out var problem0);
        var second = IntentText.Read(slot1, out var sequence1, out var problem1);
        if (first is null && second is null)
            return (AllOf(superblock), 1, 0, $"both intent maps are unusable ({problem0}; {problem1}): every block is in doubt");
        if (second is null || (first is not null && sequence0 >= sequence1))
            return (first!, 0, sequence0, second is null ? $"intent map 1: {problem1}" : "");
        return (second, 1, sequence1, first is null ? $"intent map 0: {problem0}" : "");
    }

    private static byte[] AllOf(Superblock superblock)
    {
        var bits = new byte[IntentText.BitsBytes];
        var regions = (superblock.CapacityBytes + (1L << superblock.RegionShift) - 1) >> superblock.RegionShift;
        for (var region = 0; region < regions; region++) bits[region >> 3] |= (byte)(1 << (region & 7));
        return bits;
    }

    private static string Join(string first, string second) =>
        first.Length > 0 && second.Length > 0 ? $"{first}; {second}" : first + second;
}
