using Appliance.Core;
using Appliance.Core.Resources;
using Appliance.Core.Time;
using Appliance.Simulation.Machines;

namespace Appliance.Simulation.Rules;

/// <summary>Rule 6: after a gap longer than the lease a node looks around before it touches anything shared.</summary>
public sealed class LooksAround(World world) : Rule(world, "6 looks around")
{
    private readonly Instant?[] _ranUntil = new Instant?[Limits.Nodes];
    private readonly Instant?[] _woke = new Instant?[Limits.Nodes];
    private readonly AgentProcess?[] _process = new AgentProcess?[Limits.Nodes];

    public override void Look()
    {
        for (var node = 0; node < Limits.Nodes; node++)
        {
            var machine = World.Machines[node];
            if (machine.Agent != _process[node]) (_process[node], _ranUntil[node], _woke[node]) = (machine.Agent, null, null);
            if (!machine.AgentRuns) continue;
            Notice(machine);
            _ranUntil[node] = machine.Clock.Now;
            if (Truth.Now - _woke[node] >= World.Site.Config.Heartbeat.Deadtime * 0.99 || HeardSince(node)) _woke[node] = null;
        }
    }

    public override void Operation(Machine machine, int group, ResourceEffect.Run run)
    {
        Notice(machine);
        if (run.Operation == Core.Resources.Operation.Start && _woke[machine.Number] is not null && !HeardSince(machine.Number))
            Break($"{machine.Name} starts {run.Resource} just after a gap, before it heard the peer or waited deadtime");
    }

    public override void Reannounced(Machine machine, int group)
    {
        Notice(machine);
        if (_woke[machine.Number] is not null && !HeardSince(machine.Number))
            Break($"{machine.Name} announces the address of {Named(group)} just after a gap");
    }

    /// <summary>It heard something that was said after it woke: nothing is longer than this on its way.</summary>
    private bool HeardSince(int node) => Truth.Delivered[node] is { } heard && heard.At > _woke[node] + TimeSpan.FromMilliseconds(50);

    /// <summary>Judged on the node's own clock: a gap that its clock does not show cannot be known to it.</summary>
    private void Notice(Machine machine)
    {
        var now = machine.Clock.Now;
        if (machine.Agent != _process[machine.Number]) return;
        if (_ranUntil[machine.Number] is { } before && now - before >= World.Site.Config.Heartbeat.Deadtime)
            _woke[machine.Number] = Truth.Now;
        _ranUntil[machine.Number] = now;
    }
}
