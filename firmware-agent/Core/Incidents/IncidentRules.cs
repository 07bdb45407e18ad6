using Appliance.Core.Configuration;

namespace Appliance.Core.Incidents;

/// <summary>What an analysis must know of the configuration.</summary>
/// <param name="WarntimeMs">Silence after which a node is late.</param>
/// <param name="DeadtimeMs">Silence after which it is dead.</param>
/// <param name="KeepaliveMs">Pause between heartbeats: a node may have lived for that long after its last sign.</param>
/// <param name="Kinds">Word of a resource's type, by "group/resource".</param>
/// <param name="ProbeMs">How long a failure that only a probe sees may have gone unseen, by "group/resource".</param>
public sealed record IncidentRules(
    long WarntimeMs, long DeadtimeMs, long KeepaliveMs, IReadOnlyDictionary<string, string> Kinds,
    IReadOnlyDictionary<string, long> ProbeMs)
{
    /// <summary>Out of the configuration.</summary>
    public static IncidentRules Of(ApplianceConfig config)
    {
        var (kinds, probes) = (new Dictionary<string, string>(), new Dictionary<string, long>());
        foreach (var group in config.Groups)
        {
            foreach (var resource in group.Resources)
            {
                kinds[$"{group.Name}/{resource.Name}"] = resource.What.Word;
                if (resource.Probe is { } probe)
                    probes[$"{group.Name}/{resource.Name}"] = (long)((probe.Interval + probe.Timeout) * probe.Misses).TotalMilliseconds;
            }
        }

        var timing = config.Heartbeat;
        return new IncidentRules(
            (long)timing.Warntime.TotalMilliseconds, (long)timing.Deadtime.TotalMilliseconds, (long)timing.Keepalive.TotalMilliseconds,
            kinds, probes);
    }

    /// <summary>Type of the resource an entry is about; empty: none, or not in the configuration.</summary>
    public string KindOf(IncidentEntry entry) => Kinds.TryGetValue($"{entry.Group}/{entry.Resource}", out var word) ? word : "";

    /// <summary>A failure that systemd told was seen at once; one that a probe told may be older.</summary>
    public long UnseenMs(IncidentEntry failure) =>
        !failure.Text.Contains(".service", StringComparison.Ordinal)
            && ProbeMs.TryGetValue($"{failure.Group}/{failure.Resource}", out var span) ? span : 0;
}
