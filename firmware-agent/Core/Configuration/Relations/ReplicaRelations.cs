using System.Collections.Immutable;
using Appliance.Core.Configuration.Schema;

namespace Appliance.Core.Configuration.Relations;

/// <summary>Replicas: two ends that differ, a device that is mounted by whoever is primary, nothing used twice.</summary>
internal static class ReplicaRelations
{
    private static readonly string[] OwnKeys = ["front", "loop", "encryption", "nbd", "verify-repairs"];

    public static void Check(Section root, Findings findings)
    {
        var replicas = root.Sections("replica");
        Unique.Check(replicas, "disk", "the disk", findings);
        Unique.Check(replicas, "nbd", "the socket", findings);
        Unique.Check(replicas.Where(replica => !IsInternal(replica)), "metadata", "the metadata file", findings);
        foreach (var replica in replicas) One(replica, root, findings);
        Ports(replicas, findings);
        var groups = root.Sections("group");
        var users = new Dictionary<string, Section>(StringComparer.Ordinal);
        foreach (var group in groups) Group(group, replicas, users, findings);
        foreach (var replica in replicas.Where(replica => !users.ContainsKey(replica.Name) && !groups.IsEmpty))
            findings.Warning(replica.At, replica.Path,
                "no group has a resource of type \"replica\" for it: it is kept alike, but nothing makes it primary");
    }

    private static bool IsInternal(Section replica) => replica.Get("metadata", "") == ReplicaSection.InternalMetadata;

    private static void One(Section replica, Section root, Findings findings)
    {
        var device = ReplicaSection.DeviceFolder + replica.Name;
        if (replica.Has("device", out string written) && written != device)
            Tell(replica, "device", findings, $"found {Words.Quoted(written)}; expected {Words.Quoted(device)}, or leave the key out");
        if (replica.Has("disk", out string disk))
        {
            if (disk.StartsWith(ReplicaSection.DeviceFolder, StringComparison.Ordinal))
                Tell(replica, "disk", findings, "is a replica's device itself; expected the partition below it");
            if (replica.Has("metadata", out string metadata) && metadata == disk)
                Tell(replica, "metadata", findings, "is the disk itself; expected \"internal\" or another device or file");
        }

        if (replica.Has("resync-rate", out Section rate) && rate.Has("min", out long min) && rate.Has("max", out long max) && min > max)
            findings.Error(rate.Place("max"), rate.PathOf("max"), "is less than min; expected at least that");
        if (replica.Has("request-timeout", out TimeSpan request) && replica.Has("peer-silence", out TimeSpan silence) && request < silence)
            Tell(replica, replica.IsWritten("request-timeout") ? "request-timeout" : "peer-silence", findings,
                $"request-timeout = {Words.Of(request)} is less than peer-silence = {Words.Of(silence)}; expected at least that");
        if (replica.IsWritten("loop") && replica.Get("front", "") is "ublk" or "nbd")
            Tell(replica, "loop", findings, "has an effect only with front = \"fuse-loop\" or \"auto\"");
        Backend(replica, findings);
        Addresses(replica, root, findings);
    }

    /// <summary>DRBD has words of its own for some things; what it cannot do is refused rather than ignored.</summary>
    private static void Backend(Section replica, Findings findings)
    {
        if (replica.Get("backend", "") != "drbd") return;
        foreach (var key in OwnKeys.Where(replica.IsWritten))
            Tell(replica, key, findings, "belongs to backend = \"own\"; remove it, or the backend");
    }

    private static void Addresses(Section replica, Section root, Findings findings)
    {
        if (!replica.Has("address", out ImmutableArray<NodeValue> values) || values.Length != Limits.Nodes) return;
        var (first, second) = ((Endpoint)values[0].Value, (Endpoint)values[1].Value);
        var path = replica.PathOf($"address.{values[1].Node}");
        if (first.Address == second.Address)
            findings.Error(values[1].At, path, $"both nodes have the address {first.Address}; expected two different ones");
        else if (NumericAddress.IsIPv6(first.Address) != NumericAddress.IsIPv6(second.Address))
            findings.Error(values[1].At, path, $"{second.Address} and {first.Address} are of different families; expected IPv4 twice or "
                + "IPv6 twice");
        foreach (var ip in root.Sections("group").SelectMany(group => group.Sections("resource")).Where(one => one.Word == "ip"))
        {
            if (!ip.Has("address", out Prefix service)) continue;
            if (values.FirstOrDefault(value => ((Endpoint)value.Value).Address == service.Address) is { } moving)
                findings.Error(moving.At, replica.PathOf($"address.{moving.Node}"),
                    $"{service.Address} is the service address of line {ip.Place("address").Line}, which moves; expected an address of "
                        + "the node");
            else if (NumericAddress.IsIn(first.Address, service))
                findings.Warning(values[0].At, replica.PathOf("address"),
                    "is on the LAN of the service address: replication and users share one network and one fault; a cable of its own "
                        + "between the nodes is better");
        }
    }

    private static void Ports(ImmutableArray<Section> replicas, Findings findings)
    {
        var seen = new Dictionary<(string, Endpoint), Section>();
        foreach (var replica in replicas)
        foreach (var value in replica.Get("address", ImmutableArray<NodeValue>.Empty))
            if (!seen.TryAdd((value.Node, (Endpoint)value.Value), replica))
                findings.Error(value.At, replica.PathOf($"address.{value.Node}"),
                    $"replica {Words.Quoted(seen[(value.Node, (Endpoint)value.Value)].Name)} has the same address and port; expected "
                        + "another port");
    }

    private static void Group(
        Section group, ImmutableArray<Section> replicas, Dictionary<string, Section> users, Findings findings)
    {
        var resources = group.Sections("resource");
        var own = resources.Where(resource => resource.Word == "replica").ToArray();
        foreach (var resource in own) Uses(resource, replicas, users, findings);
        if (own.Length > 1)
            findings.Error(own[1].At, own[1].Path,
                "is the group's second replica; a group has one standing of its data: expected one replica in a group");
        foreach (var mount in resources.Where(resource => resource.Word == "mount")) Mount(mount, resources, replicas, findings);
    }

    private static void Uses(
        Section resource, ImmutableArray<Section> replicas, Dictionary<string, Section> users, Findings findings)
    {
        if (!resource.Has("replica", out string name)) return;
        var names = replicas.Select(replica => replica.Name).ToArray();
        if (!names.Contains(name))
        {
            var near = NearestWord.Of(name, names);
            Tell(resource, "replica", findings, $"there is no [replica.{name}]"
                + (near is null ? $"; known: {(names.Length == 0 ? "none" : string.Join(", ", names))}" : $"; did you mean \"{near}\"?"));
        }
        else if (!users.TryAdd(name, resource))
        {
            Tell(resource, "replica", findings,
                $"replica {Words.Quoted(name)} is already used in line {users[name].Place("replica").Line}; expected one user");
        }
    }

    private static void Mount(
        Section mount, ImmutableArray<Section> resources, ImmutableArray<Section> replicas, Findings findings)
    {
        if (!mount.Has("device", out string device)) return;
        if (replicas.FirstOrDefault(replica => replica.Get("disk", "") == device) is { } below)
        {
            Tell(mount, "device", findings,
                $"is the disk below replica {Words.Quoted(below.Name)}: mounting it would bypass the replica; expected "
                    + $"\"{ReplicaSection.DeviceFolder}{below.Name}\"");
            return;
        }

        if (!device.StartsWith(ReplicaSection.DeviceFolder, StringComparison.Ordinal)) return;
        var name = device[ReplicaSection.DeviceFolder.Length..];
        if (replicas.All(replica => replica.Name != name))
        {
            Tell(mount, "device", findings, $"there is no [replica.{name}] that would make this device");
            return;
        }

        var user = resources.FirstOrDefault(resource => resource.Word == "replica" && resource.Get("replica", "") == name);
        if (user is null)
            Tell(mount, "device", findings,
                $"the group has no resource with type = \"replica\" and replica = \"{name}\", so the device will not be there");
        else if (mount.Has("name", out string self) && !Dependencies.AllBefore(resources, self).Contains(user.Name))
            Tell(mount, "after", findings, $"the device comes from {Words.Quoted(user.Name)}; expected after = [\"{user.Name}\"]");
    }

    private static void Tell(Section section, string key, Findings findings, string message) =>
        findings.Error(section.Place(key), section.PathOf(key), message);
}
