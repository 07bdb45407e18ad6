using Appliance.Core;
using Appliance.Core.Cluster;
using Appliance.Core.Time;
using Appliance.Simulation.Machines;

namespace Appliance.Simulation.Rules;

/// <summary>Liveness: where one fit node is left, it serves; where all is well, exactly one does.</summary>
public sealed class Somebody(World world) : Rule(world, "L somebody serves")
{
    /// <summary>An ordered restart takes the group down for a moment.</summary>
    private static readonly TimeSpan Obeying = TimeSpan.FromSeconds(10);

    private readonly Instant?[] _aloneSince = new Instant?[Limits.Nodes];

    /// <summary>
    /// After this long nothing may be missing: initdead, two rounds of silence, a slow start, the retries of a group that failed.
    /// </summary>
    public TimeSpan Patience => World.Site.Config.Heartbeat.Initdead + TimeSpan.FromSeconds(20);

    public override void Look()
    {
        for (var node = 0; node < Limits.Nodes; node++)
        {
            _aloneSince[node] = IsAloneAndFit(node) ? _aloneSince[node] ?? Truth.Now : null;
            if (!Truth.For(_aloneSince[node], Patience)) continue;
            for (var group = 0; group < Truth.Groups.Count; group++)
            {
                if (Truth.Groups[group].ServesSince[node] is null)
                    Break(
                        $"{World.Machines[node].Name} is fit and alone since {_aloneSince[node]} but does not serve {Named(group)}");
            }
        }
    }

    private bool IsAloneAndFit(int node)
    {
        var machine = World.Machines[node];
        if (World.Machines[1 - node].PoweredOn || !machine.AgentRuns) return false;
        // Nobody can say that the peer is off: not serving is right.
        if (World.Fences[1 - node].Defect is FenceDefect.Fails or FenceDefect.Hangs && !World.Site.Config.Fences.IsEmpty) return false;
        if (Truth.Now - Truth.OrderedAt < Obeying || Truth.Standby[node] || Truth.InMaintenance(node) || Truth.InMaintenance(1 - node))
            return false;
        if (machine.Disk.Problem.Length > 0 || machine.Disk.WriteError.Length > 0) return false;
        if (World.Site.Config.Pings.Length > 0 && Truth.Reachable(node) == 0 && !World.WitnessReaches(node)) return false;
        if (World.Site.Config.Pings.IsEmpty && World.Site.Config.Witness is not null && !World.WitnessReaches(node)) return false;
        return Selection.Range(0, Truth.Groups.Count).All(group => CanServe(machine, group));
    }

    private bool CanServe(Machine machine, int group) =>
        Truth.Data[machine.Number, group].IsGood()
        && machine.Services.Of(group).All(service => service.Defect is Defect.None or Defect.Slow)
        && !(Truth.Groups[group].FailedAt[machine.Number] is { } failed && Truth.Now - failed < TimeSpan.FromSeconds(60));
}
