using Appliance.Core.Replica.Disk;

namespace Appliance.Core.Tests.Replica.Disk;

/// <summary>The bytes on disk do not change by accident: docs/REPLICATION-FORMAT.md quotes them.</summary>
public class DiskVectorTests
{
    private static readonly string Page = Repository.PathOf("docs/REPLICATION-FORMAT.md");

    [Fact]
    public void Superblock_is_the_one_in_the_document()
    {
        var block = Superblocks.Block(Superblocks.Alone());
        Quoted(block.AsSpan(0, 320));
        Assert.DoesNotContain(block[320..], value => value != 0);
    }

    [Fact]
    public void Intent_map_is_the_one_in_the_document() => Quoted(Superblocks.IntentBlock(9, 0, 7, 8).AsSpan(0, 48));

    [Fact]
    public void Places_are_those_in_the_document()
    {
        var layout = new MetadataLayout(1L << 30, MetadataSize.InternalCapacity(1L << 30));
        var text = File.ReadAllText(Page);
        foreach (var place in new[] { layout.Superblock0, layout.Superblock1, layout.Intent1, layout.Intent0, layout.Start,
            layout.CapacityBytes })
            Assert.True(text.Contains($"{place:N0}", StringComparison.Ordinal), $"{Page} does not have {place:N0}");
    }

    private static void Quoted(ReadOnlySpan<byte> bytes)
    {
        var text = File.ReadAllText(Page);
        for (var at = 0; at < bytes.Length; at += 32)
        {
            var line = Convert.ToHexStringLower(bytes.Slice(at, Math.Min(32, bytes.Length - at)));
            Assert.True(text.Contains(line, StringComparison.Ordinal), $"{Page} does not quote {line}");
        }
    }
}
