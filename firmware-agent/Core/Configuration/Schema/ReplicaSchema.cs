using System.Collections.Immutable;

namespace Appliance.Core.Configuration.Schema;

/// <summary>The keys of <c>[replica.NAME]</c>.</summary>
public static class ReplicaSchema
{
    public static readonly SectionSchema ResyncRate = new(
        "resync-rate = { … }",
        "Bounds of the background copy.",
        [
            new("min", new SizeType(perSecond: true), "Kept even against users' writes.") { Default = "4MiB/s" },
            new("max", new SizeType(perSecond: true), "Never exceeded.") { Default = "110MiB/s" },
        ]);

    public static readonly SectionSchema Replica = new(
        "[replica.NAME]",
        "A block device that both nodes have: what is written on the serving node is written on the other one too. "
            + "`appliance replica create NAME` prepares the disk, once on each node.",
        [
            new("disk", Types.Path, "Backing partition (or file), the same path on both nodes; sizes may differ.") { Required = true },
            new("device", Types.Path, "The block device that is mounted: always `/dev/appliance/NAME`."),
            new("protocol", new ChoiceType("A", "B", "C"),
                "When a write is done: written here, received there, written there.") { Default = "C" },
            new("address", new PerNodeType(new EndpointType(), "{ pbx-a = \"10.1.1.1:7788\", pbx-b = \"10.1.1.2:7788\" }"),
                "Address and TCP port of each node, best on a cable of their own.") { Required = true },
            new("resync-rate", new SectionType(ResyncRate), "Bounds of the background copy, see `resync-rate`.") { Default = "{}" },
            new("after-split-brain", new SplitBrainType(),
                "What may be mended without a person after both nodes wrote alone. A word stands for the case of no primary; with one "
                    + "primary its side wins if the word agrees (`consensus`), with two the nodes stay apart. Or a table "
                    + "`{ 0pri = …, 1pri = …, 2pri = … }`.") { Default = "disconnect" },
            new("metadata", new StringType("path", "\"internal\" (the end of the disk), or an absolute path", MetadataFault),
                "Where the replica's own notes are.") { Default = ReplicaSection.InternalMetadata },
            new("backend", new ChoiceType("own", "drbd"), "Who replicates: this program, or the kernel's DRBD.") { Default = "own" },
            new("front", new ChoiceType("auto", "ublk", "nbd", "fuse-loop"),
                "How the block device is made; `auto` takes NBD, else ublk, else fuse-loop, as the kernel can.") { Default = "auto" },
            new("loop", new PerNodeType(new IntegerType(0, 4095), "{ pbx-a = 7, pbx-b = 7 }"),
                "Number of the loop device on each node, with `front = \"fuse-loop\"` or `\"auto\"`; without it any free one."),
            new("fencing", new ChoiceType("resource-only", "dont-care"),
                "A primary that loses its peer holds users' writes until the peer is known to be harmless, or goes on at once.")
                { Default = "resource-only" },
            new("encryption", Types.Boolean, "Encrypt what travels between the nodes (AES-256-GCM).") { Default = "false" },
            new("on-no-data", new ChoiceType("suspend-io", "io-error"),
                "Without any good disk: users wait, or get errors.") { Default = "suspend-io" },
            new("al-extents", new IntegerType(7, RegionsMax),
                "Regions that may be written at a time; what a crashed primary has to compare afterwards.") { Default = "1237" },
            new("peer-silence", Types.Duration("300ms", "1m"), "No byte from the peer for this long: it is lost.") { Default = "1200ms" },
            new("request-timeout", Types.Duration("500ms", "5m"),
                "A write that the peer has not answered for this long: the peer is lost, however it chats otherwise.") { Default = "3s" },
            new("disk-timeout", Types.Duration("0ms", "10m"),
                "A local disk that has not answered for this long has failed; `0ms`: never.") { Default = "0ms" },
            new("wait-for-peer", Types.Duration("0ms", "1d"),
                "How long a node that starts alone, and last knew its peer to be in sync, waits for it before it serves.")
                { Default = "2m" },
            new("verify-repairs", Types.Boolean, "Differences that verify finds are copied from the primary.") { Default = "true" },
            new("nbd", Types.Path, "Unix socket of an NBD server for tools, while this node is primary."),
        ]);

    private const int RegionsMax = Core.Replica.Geometry.RegionsMax;

    /// <summary>All sections in the order of the documentation.</summary>
    public static ImmutableArray<SectionSchema> All { get; } = [Replica, ResyncRate];

    private static string? MetadataFault(string text) =>
        text == ReplicaSection.InternalMetadata || (text.StartsWith('/') && Types.IsPath(text)) ? null : "it is neither";
}
