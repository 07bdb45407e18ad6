using System.Collections.Immutable;
using System.Globalization;
using Appliance.Core.Configuration.Schema;
using Appliance.Core.Replica;

namespace Appliance.Core.Configuration;

/// <summary>The part of <see cref="ConfigText"/> that writes a replica.</summary>
internal static class ReplicaText
{
    private static readonly (string Word, ReplicaFront Front)[] Fronts =
    [
        ("auto", ReplicaFront.Auto), ("ublk", ReplicaFront.Ublk), ("nbd", ReplicaFront.Nbd), ("fuse-loop", ReplicaFront.FuseLoop),
    ];

    public static ReplicaFront FrontOf(string word) => Fronts.First(entry => entry.Word == word).Front;

    public static void Write(TomlText text, ReplicaSection replica, ImmutableArray<string> nodes)
    {
        var split = replica.AfterSplitBrain;
        var own = replica.Backend == ReplicaBackend.Own;
        text.Title($"[replica.{TomlText.Key(replica.Name)}]").Line("disk", replica.Disk).Line("protocol", replica.Protocol.ToString())
            .Raw("address", PerNode(nodes, replica.Addresses.Select(one => TomlText.Quote(Endpoint(one)))))
            .Raw("resync-rate", $"{{ min = \"{Rate(replica.ResyncMin)}\", max = \"{Rate(replica.ResyncMax)}\" }}")
            .Raw("after-split-brain", $"{{ 0pri = \"{SplitBrainType.WordOf(split.None)}\", 1pri = \"{SplitBrainType.WordOf(split.One)}\", "
                + $"2pri = \"{SplitBrainType.WordOf(split.Two)}\" }}")
            .Line("metadata", replica.MetadataPath.Length > 0 ? replica.MetadataPath : ReplicaSection.InternalMetadata)
            .Line("backend", own ? "own" : "drbd");
        if (own) text.Line("front", Fronts.First(entry => entry.Front == replica.Front).Word);
        if (!replica.Loops.IsEmpty)
            text.Raw("loop", PerNode(nodes, replica.Loops.Select(loop => loop.ToString(CultureInfo.InvariantCulture))));
        text.Line("fencing", replica.Fencing == Fencing.DontCare ? "dont-care" : "resource-only");
        if (own) text.Line("encryption", replica.Encryption);
        text.Line("on-no-data", replica.OnNoData == OnNoData.IoError ? "io-error" : "suspend-io").Line("al-extents", replica.AlExtents)
            .Line("peer-silence", replica.PeerSilence).Line("request-timeout", replica.RequestTimeout)
            .Line("disk-timeout", replica.DiskTimeout).Line("wait-for-peer", replica.WaitForPeer);
        if (own) text.Line("verify-repairs", replica.VerifyRepairs);
        if (replica.NbdSocket.Length > 0) text.Line("nbd", replica.NbdSocket);
    }

    /// <summary>Two that are written the same are the same.</summary>
    public static bool Same(ReplicaSection left, ReplicaSection right, ImmutableArray<string> nodes) =>
        Alone(left, nodes) == Alone(right, nodes);

    private static string Alone(ReplicaSection replica, ImmutableArray<string> nodes)
    {
        var text = new TomlText();
        Write(text, replica, nodes);
        return text.ToString();
    }

    private static string PerNode(ImmutableArray<string> nodes, IEnumerable<string> values) =>
        $"{{ {string.Join(", ", nodes.Zip(values, (node, value) => $"{TomlText.Quote(node)} = {value}"))} }}";

    private static string Endpoint(ReplicaAddress address) => string.Create(
        CultureInfo.InvariantCulture, $"{(address.Address.Contains(':') ? $"[{address.Address}]" : address.Address)}:{address.Port}");

    private static string Rate(long bytes) => SizeType.Text(bytes) + "/s";
}
