using Appliance.Core.Resources;
using Appliance.Core.Time;
using Appliance.Simulation.Machines;

namespace Appliance.Simulation.Rules;

/// <summary>
/// Rule 7: a resource that keeps failing is restarted within its budget, then the group moves or is tried again at a distance.
/// </summary>
public sealed class RestartBudget(World world) : Rule(world, "7 restart budget")
{
    /// <summary>A group that failed on both nodes is tried again after this at the earliest.</summary>
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(30);

    private readonly Dictionary<(int, int, string), List<Instant>> _starts = [];

    public override void Operation(Machine machine, int group, ResourceEffect.Run run)
    {
        if (run.Operation != Core.Resources.Operation.Start || Truth.Groups[group].FailedAt[machine.Number] is null) return;
        var budget = World.Site.Config.Groups[group].Resources.First(resource => resource.Name == run.Resource).Restarts;
        var key = (machine.Number, group, run.Resource);
        if (!_starts.TryGetValue(key, out var starts)) _starts[key] = starts = [];
        starts.RemoveAll(at => Truth.Now - at >= budget.Within);
        starts.Add(Truth.Now);

        // One start, its restarts, and as much again for every retry, order, adoption or failover in the window, each of which is a
        // disturbance or a pause apart.
        var chances = 2 + (int)(budget.Within / RetryPause) + Chances(budget.Within);
        if (starts.Count > (budget.Max + 1) * chances)
            Break($"{machine.Name} started {run.Resource} {starts.Count} times within {budget.Within.TotalSeconds} s");
    }

    private int Chances(TimeSpan within) => Truth.Now - Truth.DisturbedAt < within ? Truth.Disturbances : 0;
}
