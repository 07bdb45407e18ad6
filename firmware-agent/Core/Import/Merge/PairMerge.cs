using System.Collections.Immutable;
using Appliance.Core.Configuration;
using Appliance.Core.Configuration.Schema;

namespace Appliance.Core.Import.Merge;

/// <summary>Puts together what all files say. Contradictions are told; none is decided in silence.</summary>
internal sealed class PairMerge(PairFacts facts, ImportNotes notes, ImportOptions options)
{
    private static readonly TimeSpan WatchdogMin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan BoundUsual = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan BoundMax = TimeSpan.FromMinutes(10);

    public PairDraft All()
    {
        var nodes = new NodeMerge(facts, notes, options.NodeA);
        var settings = new SettingMerge(facts, notes);
        var replicas = new ReplicaMerge(facts, notes, nodes);
        replicas.Compare();
        var groups = new GroupMerge(facts, notes, nodes, replicas).All();
        var deadtime = settings.Deadtime(facts.HasHeartbeat);
        var watchdog = Watchdog(settings, deadtime);
        var cluster = options.Cluster is not null ? new Filled(options.Cluster, "--cluster")
            : settings.Of("cluster.name", "no file says it; no other pair on the LAN may have this name");
        return new PairDraft(
            cluster, nodes.Names, settings.Times(facts.HasHeartbeat), Bound(watchdog?.Timeout ?? TimeSpan.Zero),
            new LinkMerge(facts, notes, nodes).All(), Pings(groups), deadtime / 3,
            watchdog is { } found ? (found.Device, Words.Of(found.Timeout), found.Place) : null,
            replicas.All(), groups, Devices(nodes), Fences(nodes), [.. facts.Alerts.DistinctBy(alert => alert.To).Take(8)]);
    }

    private (string Device, TimeSpan Timeout, Place Place)? Watchdog(SettingMerge settings, TimeSpan deadtime)
    {
        if (settings.Of("watchdog.device").Value is not { } device) return null;
        var timeout = TimeSpan.FromSeconds(Math.Floor(deadtime.TotalSeconds) + 1);
        if (timeout < WatchdogMin) timeout = WatchdogMin;
        var place = facts.Settings.First(fact => fact.Key == "watchdog.device").Place;
        if (Fit.Problem(WatchdogSchema.Watchdog, "timeout", timeout) is null && timeout + TimeSpan.FromSeconds(5) <= BoundMax)
            return (device, timeout, place);
        notes.Refuse(place, "watchdog", $"no watchdog waits longer than a deadtime of {Words.Of(deadtime)}; make that shorter");
        return null;
    }

    private static string Bound(TimeSpan watchdog) =>
        watchdog + TimeSpan.FromSeconds(2) <= BoundUsual ? "" : Words.Of(watchdog + TimeSpan.FromSeconds(5));

    private ImmutableArray<PingFact> Pings(ImmutableArray<GroupDraft> groups)
    {
        var pings = ImmutableArray.CreateBuilder<PingFact>();
        var ours = groups.SelectMany(group => group.Resources).Where(draft => draft.Word == "ip").Select(draft => draft.Address)
            .Concat(facts.Addresses.Select(fact => fact.Address)).Concat(facts.Links.SelectMany(link => link.Ends).Select(end
                => end.Address))
            .ToHashSet(StringComparer.Ordinal);
        foreach (var ping in facts.Pings.DistinctBy(ping => ping.Address))
        {
            if (ours.Contains(ping.Address))
                notes.Refuse(ping.Place, ping.Address, "it is an address of the pair itself and would answer although the LAN is cut");
            else if (pings.Count < Limits.PingsMax) pings.Add(ping);
            else notes.Refuse(ping.Place, ping.Address, $"more than {Limits.PingsMax} ping references");
        }

        return pings.ToImmutable();
    }

    private ImmutableArray<DeviceDraft> Devices(NodeMerge nodes)
    {
        var devices = ImmutableArray.CreateBuilder<DeviceDraft>();
        var resources = (facts.Groups.Count > 0 ? facts.Groups : facts.UsualGroups).SelectMany(group => group.Resources).ToArray();
        var script = resources.FirstOrDefault(draft => draft.Device == "fonebridge");
        if (facts.Bridges.Count > 0 || script is not null)
        {
            foreach (var other in facts.Bridges.Skip(1))
                if (other.Config is null || !Same(other.Config, facts.Bridges[0].Config))
                    notes.Refuse(other.Place, "the file", $"it differs from {facts.Bridges[0].Place}; only that one is taken");
            var bridge = facts.Bridges.Count > 0 ? facts.Bridges[0] : new BridgeFact(null, script!.Place);
            devices.Add(new DeviceDraft("bridge", "fonebridge", bridge.Config, "", "", "", bridge.Place));
        }

        foreach (var rhino in facts.Rhinos.Take(1))
            devices.Add(new DeviceDraft("rhino", "rhino-1spf", null, "", rhino.Port, nodes.Of(rhino.Node, rhino.Place), rhino.Place));
        return devices.ToImmutable();
    }

    /// <summary>The two nodes' files differ in server=, which is each node's own.</summary>
    private static bool Same(FoneBridge.BridgeConfig one, FoneBridge.BridgeConfig? other) => other is not null
        && one.Host == other.Host && BridgeText.Device("x", "x", one) == BridgeText.Device("x", "x", other);

    private ImmutableArray<FenceDraft> Fences(NodeMerge nodes)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var fences = ImmutableArray.CreateBuilder<FenceDraft>();
        foreach (var fact in facts.Fences.Take(16))
        {
            var name = Names.Unique(fact.Name, "fence", names);
            var file = fact.Password is null ? "" : $"/etc/appliance/fence-{name}.password";
            fences.Add(new FenceDraft(name, nodes.Of(fact.Node, fact.Place), file, fact));
        }

        foreach (var fact in facts.Fences.Skip(16)) notes.Refuse(fact.Place, ImportNotes.Shown(fact.Name), "more than 16 fence devices");
        return fences.ToImmutable();
    }
}
