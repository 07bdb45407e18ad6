using Appliance.Core.Cluster;
using Appliance.Simulation.Machines;

namespace Appliance.Simulation.Rules;

/// <summary>Rule 2: a node that is cut off never promotes, and releases what it holds.</summary>
public sealed class NoHope(World world) : Rule(world, "2 no hope")
{
    // A ping may have been answered just before the cut.
    private TimeSpan Window => Truth.Window + Site.PingInterval;

    public override void Promotion(Machine machine, int group, Vote vote)
    {
        if (Truth.For(Truth.CutOffSince[machine.Number], Window))
            Break($"{machine.Name} starts {Named(group)} although it is cut off since {Truth.CutOffSince[machine.Number]}");
    }

    public override void Look()
    {
        for (var node = 0; node < World.Machines.Count; node++)
        {
            if (Truth.InMaintenance(0) || Truth.InMaintenance(1)) continue;
            var bound = Window + Window + Truth.StopBound;
            if (!Truth.For(Truth.CutOffSince[node], bound) || !Truth.For(Truth.AgentSince[node], bound) || !MaintenanceOver(bound))
                continue;
            for (var group = 0; group < Truth.Groups.Count; group++)
            {
                if (World.Machines[node].Services.Hold(group))
                    Break(
                        $"{World.Machines[node].Name} still runs {Named(group)} although it is cut off since {Truth.CutOffSince[node]}");
            }
        }
    }

    private bool MaintenanceOver(TimeSpan bound) =>
        Truth.Now - Core.Time.Instant.Later(Truth.MaintenanceUntil[0], Truth.MaintenanceUntil[1]) >= bound;
}
