using Appliance.Core.Cluster;
using Appliance.Core.Resources;
using Appliance.Core.Time;
using Appliance.Simulation.Machines;

namespace Appliance.Simulation.Rules;

/// <summary>Rule 8: if a resource will not stop the node fences itself; the peer waits for that bound.</summary>
public sealed class FencesItself(World world) : Rule(world, "8 fences itself")
{
    private readonly Dictionary<Service, Instant> _stopping = [];

    public override void Operation(Machine machine, int group, ResourceEffect.Run run)
    {
        var service = machine.Services.Find(group, run.Resource);
        if (run.Operation is Core.Resources.Operation.Stop && service.Runs) _stopping.TryAdd(service, Truth.Now);
        else if (run.Operation is not Core.Resources.Operation.Kill) _stopping.Remove(service);
    }

    public override void Promotion(Machine machine, int group, Vote vote)
    {
        var peer = World.Machines[1 - machine.Number];
        if (peer.Services.Hold(group) && Truth.Delivered[machine.Number] is { } heard && heard.Facts.Groups[group].Role == Role.Fencing)
            Break($"{machine.Name} starts {Named(group)} although {peer.Name} announced its reset and still runs it");
    }

    public override void Look()
    {
        if (_stopping.Count == 0) return;
        foreach (var (service, since) in _stopping.ToArray()) Look(service, since);
    }

    private void Look(Service service, Instant since)
    {
        var machine = World.Machines[World.Machines[0].Services.Of(service.Group).Contains(service) ? 0 : 1];
        if (!service.Runs || !machine.AgentRuns || Truth.InMaintenance(0) || Truth.InMaintenance(1))
        {
            _stopping.Remove(service);
            return;
        }

        var bound = (service.Config.Timing.Stop * 2) + World.Site.Config.Policy.StopFailureBound + TimeSpan.FromSeconds(1);
        if (Truth.Now - since > bound)
            Break($"{service.Name} does not stop on {machine.Name} since {since} and the node does not reset itself");
    }
}
