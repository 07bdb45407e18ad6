using Appliance.Core.Incidents;
using Appliance.Core.Tests.Cluster;

namespace Appliance.Core.Tests.Incidents;

/// <summary>Turns what the nodes of a <see cref="Pair"/> told into a record, as the agent of one of them would.</summary>
internal static class IncidentScene
{
    /// <summary>How well the other node's clock is known, milliseconds.</summary>
    public const int ClockErrorMs = 2;

    public static Incident Read(Pair pair, int keeper, long zeroMs, bool withPeer = true, IEnumerable<IncidentEntry>? more = null)
    {
        var entries = new List<IncidentEntry>(more ?? []);
        long serial = 0;
        foreach (var (node, ms, report) in pair.Told)
        {
            serial++;
            if (ms < zeroMs - 2000 || (node != keeper && !withPeer)) continue;
            entries.Add(IncidentEntry.Of(
                new IncidentEvent(
                    0, ms, serial, pair.Config.Nodes[node], report.Kind.ToString().ToLowerInvariant(), report.Group, report.Resource,
                    report.From, report.To, report.Text),
                ms - zeroMs, node == keeper ? 0 : ClockErrorMs));
        }

        return IncidentAnalysis.Of(Empty(pair, keeper) with { Events = entries }, IncidentRules.Of(pair.Config));
    }

    public static Incident Empty(Pair pair, int keeper) => new(
        Incident.CurrentFormat, "20261122-080000", "test", pair.Config.Nodes[keeper], pair.Config.Nodes[1 - keeper], IncidentStage.Closed,
        1_795_334_400_000, 60_000, "boot-1", 9000, "both nodes stand by for each other again", false, "", [], ClockErrorMs,
        "complete: 3 events of pbx-b lie within the record", true, 0, [], [], []);

    public static IncidentEntry Start(string kind, string node, long atMs) =>
        new(atMs, ClockErrorMs, node, kind, null, null, null, null, kind == "boot" ? "the machine started" : "the agent started", 0);

    /// <summary>A healthy pair with pbx-a serving.</summary>
    public static Pair Serving(Configuration.ApplianceConfig? config = null)
    {
        var pair = new Pair(config ?? Example.Config(preferred: 0));
        pair.Boot(0);
        pair.Boot(1);
        pair.Run(TimeSpan.FromSeconds(12));
        var server = pair.RoleOf(0) == Core.Cluster.Role.Active ? 0 : 1;
        if (server == 1)
        {
            pair.Order(1, new Core.Cluster.Command.Switchover("pbx"));
            pair.Run(TimeSpan.FromSeconds(8));
        }

        Assert.Equal(Core.Cluster.Role.Active, pair.RoleOf(0));
        return pair;
    }

    public static long Ms(this Pair pair) => (long)pair.Now.SinceBoot.TotalMilliseconds;

    public static IncidentPhase Phase(this Incident incident, string name) =>
        incident.Phases.FirstOrDefault(phase => phase.Name == name)
        ?? throw new Xunit.Sdk.XunitException($"no phase '{name}' in: {string.Join(", ", incident.Phases.Select(phase => phase.Name))}\n"
            + string.Join('\n', IncidentText.Of(incident)));
}
