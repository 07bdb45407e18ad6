namespace Appliance.Simulation.Replica.Disks;

/// <summary>Bytes of a disk area; what was never written is zero and takes no memory.</summary>
public sealed class SparseImage(long bytes)
{
    public const int PageBytes = 4096;

    private static readonly byte[] Zero = new byte[PageBytes];
    private readonly byte[]?[] _pages = new byte[(bytes + PageBytes - 1) / PageBytes][];

    public long Bytes { get; } = bytes;

    /// <summary>A whole page to look at.</summary>
    public ReadOnlySpan<byte> Page(long page) => _pages[page] ?? Zero;

    public ReadOnlySpan<byte> Sector(long sector) =>
        Page(sector * Disks.Sector.Bytes / PageBytes).Slice((int)(sector * Disks.Sector.Bytes % PageBytes), Disks.Sector.Bytes);

    public void Read(long offset, Span<byte> into)
    {
        for (var done = 0; done < into.Length;)
        {
            var at = (int)((offset + done) % PageBytes);
            var part = Math.Min(into.Length - done, PageBytes - at);
            Page((offset + done) / PageBytes).Slice(at, part).CopyTo(into[done..]);
            done += part;
        }
    }

    public void WriteSector(long sector, ReadOnlySpan<byte> content)
    {
        var page = sector * Disks.Sector.Bytes / PageBytes;
        (_pages[page] ??= new byte[PageBytes]).AsSpan((int)(sector * Disks.Sector.Bytes % PageBytes), Disks.Sector.Bytes).Clear();
        content.CopyTo(_pages[page].AsSpan((int)(sector * Disks.Sector.Bytes % PageBytes)));
    }
}
