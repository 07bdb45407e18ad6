using System.Collections.Immutable;
using Appliance.Core.Configuration;
using Appliance.Core.Configuration.Schema;
using Appliance.Core.Import.Merge;
using Appliance.Core.Import.Resources;

namespace Appliance.Core.Import.Writing;

/// <summary>Writes the new file.</summary>
internal static class DraftText
{
    private static readonly TimeSpan PingUsual = TimeSpan.FromMilliseconds(200);

    public static string Write(PairDraft pair, IEnumerable<string> sources)
    {
        var text = new CommentedToml();
        text.Comment($"/etc/appliance/appliance.toml, made by appliance import of {string.Join(", ", sources.Take(20))}.")
            .Comment($"The same file belongs on both nodes. {CommentedToml.FillIn} marks what no file said; appliance config check "
                + $"FILE names it.");
        text.Title("[cluster]");
        Value(text, "name", pair.Cluster, "\"site42\"");
        text.Line("key-file", ConfigSchema.KeyFileDefault, "a new key: Heartbeat's, DRBD's and Corosync's are not used");
        if (pair.StopFailureBound.Length > 0) text.Line("stop-failure-bound", pair.StopFailureBound, "longer than the watchdog's timeout");
        foreach (var node in pair.Nodes) Value(text.Title("[[node]]"), "name", node, "\"pbx-a\"");
        Heartbeat(text, pair);
        foreach (var link in pair.Links) Link(text, link, pair.Nodes);
        if (pair.Links.IsEmpty)
            text.Blank().Comment($"{CommentedToml.FillIn}: at least one [[heartbeat.link]] (docs/CONFIGURATION.md); no file names a "
                + $"medium.");
        foreach (var ping in pair.Pings) Ping(text, ping, pair.PingTime);
        if (pair.Watchdog is { } watchdog)
            text.Title("[watchdog]").Line("device", watchdog.Device, watchdog.Place.ToString())
                .Line("timeout", watchdog.Timeout, "more than deadtime");
        foreach (var replica in pair.Replicas) Replica(text, replica, pair.Nodes);
        var body = text.ToString();
        foreach (var group in pair.Groups) body += GroupText.Write(group);
        if (pair.Groups.IsEmpty)
            body += $"\n# {CommentedToml.FillIn}: at least one [[group]] with its resources; no file names one that can be taken.\n";
        foreach (var device in pair.Devices) body += DeviceText.Write(device);
        foreach (var fence in pair.Fences) body += DeviceText.Write(fence);
        foreach (var alert in pair.Alerts) body += DeviceText.Write(alert);
        return body;
    }

    private static void Value(CommentedToml text, string key, Filled value, string example)
    {
        if (value.Value is { } known) text.Line(key, known, value.Hint);
        else text.Missing(key, example, value.Hint);
    }

    private static void Heartbeat(CommentedToml text, PairDraft pair)
    {
        text.Title("[heartbeat]");
        foreach (var (key, value, hint) in pair.Times)
        {
            if (key.StartsWith('#')) text.Comment($"{CommentedToml.FillIn}: {key[2..]}; {hint}");
            else text.Line(key, value, hint);
        }

        if (pair.Times.IsEmpty) text.Comment("No file says a time: keepalive 100ms and deadtime 600ms count.");
        else text.Comment("This pair can be faster: keepalive = \"100ms\", warntime = \"300ms\", deadtime = \"600ms\" are its usual "
            + "times.");
    }

    private static void Link(CommentedToml text, LinkDraft link, ImmutableArray<Filled> nodes)
    {
        var fact = link.Fact;
        text.Title("[[heartbeat.link]]", fact.Place.ToString()).Line("name", link.Name);
        if (fact.Way == LinkWay.Serial)
        {
            text.Line("type", "serial").Line("device", link.Interface);
            if (fact.Baud > 0) text.Line("baud", fact.Baud);
            return;
        }

        text.Line("type", "udp");
        if (link.Interface.Length > 0) text.Line("interface", link.Interface);
        else text.Missing("interface", "\"eth1\"", link.Hint);
        if (fact.Way == LinkWay.Broadcast) text.Raw("broadcast", "true");
        else if (fact.Way == LinkWay.Multicast) text.Line("group", fact.Group);
        else if (!link.Addresses.IsDefault) text.Raw("address", PerNode(nodes, link.Addresses));
        else text.Missing("address", PerNodeExample(nodes, "10.1.1.1", "10.1.1.2"), link.Hint);
        if (fact.Port > 0 && fact.Port.ToString(System.Globalization.CultureInfo.InvariantCulture) != ConfigSchema.PortDefault)
            text.Line("port", fact.Port);
    }

    private static void Ping(CommentedToml text, PingFact ping, TimeSpan time)
    {
        text.Title("[[ping]]", ping.Place.ToString()).Line("address", ping.Address);
        if (time >= PingUsual) return;
        var shorter = Words.Of(TimeSpan.FromMilliseconds(Math.Max(20, Math.Floor(time.TotalMilliseconds))));
        text.Line("interval", shorter, "deadtime asks for it").Line("timeout", shorter);
    }

    private static void Replica(CommentedToml text, ReplicaDraft replica, ImmutableArray<Filled> nodes)
    {
        text.Title($"[replica.{TomlText.Key(replica.Name)}]", replica.Place.ToString())
            .Comment("Its metadata is not DRBD's: the copies are made anew. docs/MIGRATION.md says how, and backend = \"drbd\" keeps "
                + "the kernel's.");
        if (replica.Disk.Length > 0) text.Line("disk", replica.Disk);
        else text.Missing("disk", "\"/dev/disk/by-partlabel/appliance-data\"", "the same path on both nodes");
        if (!replica.Addresses.IsDefault) text.Raw("address", PerNode(nodes, replica.Addresses));
        else text.Missing("address", PerNodeExample(nodes, "10.1.1.1:7788", "10.1.1.2:7788"), replica.Hint);
        if (replica.Metadata.Length > 0 && replica.Metadata != ReplicaSection.InternalMetadata) text.Line("metadata", replica.Metadata);
        foreach (var (key, toml, comment) in replica.Keys) text.Raw(key, toml, comment);
    }

    internal static string PerNode(ImmutableArray<Filled> nodes, ImmutableArray<string> values) =>
        $"{{ {string.Join(", ", nodes.Select((node, at) => $"{TomlText.Key(node.Value!)} = {TomlText.Quote(values[at])}"))} }}";

    private static string PerNodeExample(ImmutableArray<Filled> nodes, params string[] values) =>
        PerNode(
            [.. nodes.Select((node, at) => node.Value is null ? node with { Value = at == 0 ? "NODE-A" : "NODE-B" } : node)], [.. values]);
}
