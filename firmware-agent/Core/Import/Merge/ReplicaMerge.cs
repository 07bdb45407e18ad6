using System.Collections.Immutable;
using System.Globalization;
using Appliance.Core.Configuration;
using Appliance.Core.Import.Drbd;

namespace Appliance.Core.Import.Merge;

/// <summary>The replicas: what both ends say the same, and what they do not.</summary>
internal sealed class ReplicaMerge(PairFacts facts, ImportNotes notes, NodeMerge nodes)
{
    /// <summary>DRBD's resources, or those that ASHA would have made.</summary>
    public List<ReplicaFact> Known { get; } = [.. facts.Replicas.Count > 0 ? facts.Replicas : facts.UsualReplicas];

    /// <summary>Tells where asha.conf and DRBD's own file differ; DRBD ran with its own.</summary>
    public void Compare()
    {
        if (facts.Replicas.Count == 0) return;
        foreach (var usual in facts.UsualReplicas)
        {
            if (facts.Replicas.Find(replica => replica.Name == usual.Name) is not { } real)
            {
                notes.Refuse(usual.Place, "DRBDDEV", $"ASHA makes the resource {usual.Name}, which DRBD's files do not have");
                continue;
            }

            foreach (var end in usual.Ends)
            {
                if (real.Ends.FirstOrDefault(one => string.Equals(one.Node, end.Node,
                    StringComparison.OrdinalIgnoreCase)) is not { } other) continue;
                if (other.Address != end.Address)
                    notes.Refuse(end.Place, end.Address, $"{other.Place} has {other.Address} for {end.Node}; that is taken, DRBD ran "
                        + $"with it");
                if (other.Disk != end.Disk)
                    notes.Refuse(end.Place, "DRBDDEV", $"{end.Disk} here, {other.Disk} in {other.Place}; that is taken, DRBD ran with it");
            }
        }
    }

    /// <summary>The resource that makes a block device; null: none does.</summary>
    public ReplicaFact? ByDevice(string device)
    {
        const string byResource = "/dev/drbd/by-res/";
        if (device.StartsWith(byResource, StringComparison.Ordinal))
            return Known.Find(replica => replica.Name == device[byResource.Length..].Split('/')[0]);
        var rest = device.StartsWith("/dev/drbd", StringComparison.Ordinal) ? device["/dev/drbd".Length..].TrimStart('_') : "";
        return int.TryParse(rest, NumberStyles.None, CultureInfo.InvariantCulture, out var minor) && minor >= 0
            ? Known.Find(replica => replica.Minor == minor) : Known.Find(replica => replica.Name == rest);
    }

    public ImmutableArray<ReplicaDraft> All() => [.. Known.Select(Draft)];

    private ReplicaDraft Draft(ReplicaFact fact)
    {
        var ends = new ReplicaEnd?[Limits.Nodes];
        var hint = "";
        foreach (var end in fact.Ends)
        {
            var node = end.Node.Length > 0 ? nodes.IndexOf(nodes.Of(end.Node, end.Place)) : nodes.OwnerOf(end.Address);
            if (node >= 0 && ends[node] is null) ends[node] = end;
            else if (end.Node.Length == 0 && end.Address.Length > 0) hint += $"{(hint.Length > 0 ? ", " : "")}{end.Address} is of an "
                + $"unknown node";
        }

        var disk = Same(fact, "disk", end => end.Disk);
        var metadata = Same(fact, "meta-disk", end => end.MetaDisk);
        var complete = Array.TrueForAll(ends, end => end is { Address.Length: > 0 }) && nodes.AreKnown;
        return new ReplicaDraft(
            fact.Name, disk, metadata, complete ? [.. ends.Select(end => Endpoint(end!))] : default, fact.Keys, hint, fact.Place);
    }

    private static string Endpoint(ReplicaEnd end) => string.Create(CultureInfo.InvariantCulture,
        $"{(end.Address.Contains(':') ? $"[{end.Address}]" : end.Address)}:{end.Port}");

    /// <summary>A path that must be the same on both nodes; empty: it is not, or nobody says it.</summary>
    private string Same(ReplicaFact fact, string what, Func<ReplicaEnd, string> path)
    {
        var paths = fact.Ends.Where(end => path(end).Length > 0).DistinctBy(path).ToArray();
        if (paths.Length < 2) return paths.Length == 0 ? "" : path(paths[0]);
        notes.Refuse(paths[1].Place, what, $"{path(paths[1])} here, {path(paths[0])} in {paths[0].Place}: the new file has one path "
            + $"for both "
            + "nodes; give both partitions the same name (/dev/disk/by-partlabel/…)");
        return "";
    }
}
