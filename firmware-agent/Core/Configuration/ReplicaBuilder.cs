using System.Collections.Immutable;
using Appliance.Core.Configuration.Schema;
using Appliance.Core.Replica;

namespace Appliance.Core.Configuration;

/// <summary>Makes the record of a <c>[replica.NAME]</c> that was checked.</summary>
internal static class ReplicaBuilder
{
    public static ReplicaSection Build(Section replica, ImmutableArray<string> nodes)
    {
        var rate = replica.Get<Section>("resync-rate");
        var metadata = replica.Get<string>("metadata");
        return new ReplicaSection(
            replica.Name,
            replica.Get<string>("disk"),
            [.. PerNode<Endpoint>(replica, "address", nodes).Select(one => new ReplicaAddress(one.Address, one.Port))],
            replica.Get<string>("protocol") switch { "A" => Protocol.A, "B" => Protocol.B, _ => Protocol.C },
            rate.Get<long>("min"),
            rate.Get<long>("max"))
        {
            AfterSplitBrain = replica.Get<AfterSplitBrain>("after-split-brain"),
            MetadataPath = metadata == ReplicaSection.InternalMetadata ? "" : metadata,
            Backend = replica.Get<string>("backend") == "drbd" ? ReplicaBackend.Drbd : ReplicaBackend.Own,
            Front = ReplicaText.FrontOf(replica.Get<string>("front")),
            Loops = PerNode<int>(replica, "loop", nodes),
            Fencing = replica.Get<string>("fencing") == "dont-care" ? Fencing.DontCare : Fencing.ResourceOnly,
            OnNoData = replica.Get<string>("on-no-data") == "io-error" ? OnNoData.IoError : OnNoData.SuspendIo,
            Encryption = replica.Get<bool>("encryption"),
            AlExtents = replica.Get<int>("al-extents"),
            PeerSilence = replica.Get<TimeSpan>("peer-silence"),
            RequestTimeout = replica.Get<TimeSpan>("request-timeout"),
            DiskTimeout = replica.Get<TimeSpan>("disk-timeout"),
            WaitForPeer = replica.Get<TimeSpan>("wait-for-peer"),
            VerifyRepairs = replica.Get<bool>("verify-repairs"),
            NbdSocket = replica.Get("nbd", ""),
        };
    }

    private static ImmutableArray<T> PerNode<T>(Section section, string key, ImmutableArray<string> nodes) =>
        section.Has(key, out ImmutableArray<NodeValue> values)
            ? [.. nodes.Select(node => (T)values.First(value => value.Node == node).Value)]
            : [];
}
