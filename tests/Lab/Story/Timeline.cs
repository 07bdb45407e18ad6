using Appliance.Lab.Faults;
using Appliance.Lab.Probing;
using Appliance.Lab.Setup;
using Appliance.Lab.Stacks;

namespace Appliance.Lab.Story;

/// <summary>Merges what the nodes noted with what the client saw, on one clock that is 0 at the fault.</summary>
public static class Timeline
{
    /// <summary>The node name of lines the client wrote.</summary>
    public const string Client = "client";

    private static readonly Dictionary<string, string> Ends = new()
    {
        ["Activating"] = "Active",
        ["Deactivating"] = "Passive",
        ["Starting"] = "Started",
        ["Stopping"] = "Stopped",
    };

    /// <summary>All lines in order.</summary>
    public static IReadOnlyList<TimelineLine> Merge(
        Fault fault, NodePlan victim, IEnumerable<ClusterEvent> events, IReadOnlyDictionary<ProbeKind, Outage> client,
            double faultUnixMs, double faultMs)
    {
        var lines = new List<TimelineLine> { new(0, victim.Name, $"FAULT {fault.Name}: {fault.Description}") };
        lines.AddRange(events.Select(entry =>
            new TimelineLine((int)Math.Round(entry.UnixMs - faultUnixMs), entry.Node, Describe(entry))));
        foreach (var (kind, outage) in client.Where(gap => IsWorthNaming(gap.Value)))
        {
            lines.Add(new TimelineLine((int)Math.Round(outage.FromMs - faultMs), Client, $"last {Word(kind)} answer"));
            lines.Add(new TimelineLine((int)Math.Round(outage.ToMs - faultMs), Client, $"{Word(kind)} answers again"));
        }
        return [.. lines.OrderBy(line => line.Ms)];
    }

    /// <summary>Everything that took time: the client's outages, the detection, each role change and each resource.</summary>
    public static IReadOnlyList<Phase> Phases(
        IReadOnlyList<ClusterEvent> events, IReadOnlyDictionary<ProbeKind, Outage> client, double faultUnixMs, double faultMs)
    {
        var phases = new List<Phase>();
        var ordered = events.Where(entry => entry.UnixMs >= faultUnixMs).OrderBy(entry => entry.UnixMs).ToArray();
        if (ordered.FirstOrDefault(entry => entry is { Kind: "role", To: "Activating" }) is { } takeover)
            phases.Add(new Phase("detection and decision", takeover.Node, 0, (int)Math.Round(takeover.UnixMs - faultUnixMs)));
        for (var index = 0; index < ordered.Length; index++)
        {
            var begin = ordered[index];
            if (begin.To is null || !Ends.TryGetValue(begin.To, out var end)) continue;
            var done = ordered.Skip(index + 1).FirstOrDefault(entry => entry.To == end && IsSameThing(entry, begin));
            if (done is null) continue;
            phases.Add(new Phase($"{begin.Resource ?? begin.Group} {begin.To.ToLowerInvariant()}", begin.Node,
                (int)Math.Round(begin.UnixMs - faultUnixMs), (int)Math.Round(done.UnixMs - begin.UnixMs)));
        }
        phases.AddRange(client.Where(gap => IsWorthNaming(gap.Value)).Select(gap => new Phase(
            $"{Word(gap.Key)} outage", Client, (int)Math.Round(gap.Value.FromMs - faultMs), (int)Math.Round(gap.Value.Ms))));
        return [.. phases.OrderBy(phase => phase.StartMs)];
    }

    private static bool IsSameThing(ClusterEvent one, ClusterEvent other) =>
        (one.Kind, one.Node, one.Group, one.Resource) == (other.Kind, other.Node, other.Group, other.Resource);

    // One missed question is the measure's own grain, not an outage.
    private static bool IsWorthNaming(Outage outage) => outage.Ms > 3 * Prober.Interval.TotalMilliseconds;

    private static string Word(ProbeKind kind) => kind switch
    {
        ProbeKind.Arp => "ARP",
        ProbeKind.Tcp => "TCP",
        ProbeKind.MySql => "MySQL",
        ProbeKind.Sip => "SIP",
        _ => $"{kind}",
    };

    private static string Describe(ClusterEvent entry)
    {
        var what = string.Join('/', new[] { entry.Group, entry.Resource }.Where(part => part is not null));
        var change = entry.To is null ? "" : entry.From is null ? $" {entry.To}" : $" {entry.From} -> {entry.To}";
        var text = entry.Text is null ? "" : $": {entry.Text}";
        return $"{entry.Kind} {what}{change}{text}".Replace("  ", " ").Trim();
    }
}
