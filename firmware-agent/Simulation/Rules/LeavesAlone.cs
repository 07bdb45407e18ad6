using Appliance.Core.Configuration;
using Appliance.Core.Resources;
using Appliance.Core.Time;
using Appliance.Simulation.Machines;

namespace Appliance.Simulation.Rules;

/// <summary>
/// Rules 3 and 7: a healthy server is left alone. No ping-pong, no failback that was not configured, and of two servers only the loser
/// stops.
/// </summary>
public sealed class LeavesAlone(World world) : Rule(world, "7 leaves alone")
{
    private static readonly TimeSpan Recent = TimeSpan.FromSeconds(12);

    /// <summary>An ordered switchover is pursued for 30 s.</summary>
    private static readonly TimeSpan Pursued = TimeSpan.FromSeconds(45);

    private readonly Instant[] _lanTrouble = new Instant[Core.Limits.Nodes];

    public override void Look()
    {
        for (var node = 0; node < _lanTrouble.Length; node++)
        {
            if (Truth.Reachable(node) < Truth.Reachable(1 - node) || Truth.LanSince is null || Truth.CutOffSince[node] is not null)
                _lanTrouble[node] = Truth.Now;
        }

        for (var group = 0; group < Truth.Groups.Count; group++)
        {
            if (Truth.Groups[group].Promotions > 3 + (3 * Truth.Disturbances))
                Break($"{Named(group)} was started {Truth.Groups[group].Promotions} times for {Truth.Disturbances} disturbances");
        }
    }

    public override void Operation(Machine machine, int group, ResourceEffect.Run run)
    {
        if (run.Operation != Core.Resources.Operation.Stop || !IsHealthy(machine, group) || !IsUnordered(machine)) return;
        if (!HasPeace(machine, group) && !MeetsALoser(machine, group)) return;
        Break(
            $"{machine.Name} stops {run.Resource} of {Named(group)}, "
            + $"which served well since {Truth.Groups[group].ServesSince[machine.Number]}");
    }

    /// <summary>Everything of the group works here, nothing of it failed lately, and no later promotion outranks this one.</summary>
    private bool IsHealthy(Machine machine, int group)
    {
        var (truth, node) = (Truth.Groups[group], machine.Number);
        return Truth.For(truth.ServesSince[node], TimeSpan.FromSeconds(1))
            && Truth.For(Truth.AgentSince[node], TimeSpan.FromSeconds(5))
            && !(truth.FailedAt[node] is { } failed && Truth.Now - failed < Recent)
            && truth.Winner == node;
    }

    /// <summary>No operator asked for anything that could stop it.</summary>
    private bool IsUnordered(Machine machine) =>
        Truth.Now - Truth.OrderedAt > Pursued
        && !Truth.Standby[machine.Number]
        && Truth.Now - Truth.MaintenanceUntil[0] > Recent
        && Truth.Now - Truth.MaintenanceUntil[1] > Recent;

    /// <summary>Two sides of a partition have met: the node hears the other one, which runs the group with an earlier term.</summary>
    private bool MeetsALoser(Machine machine, int group) =>
        Truth.Groups[group].OverlapSince is not null
        && Truth.Delivered[machine.Number] is { } heard
        && Truth.Now - heard.At < World.Site.Config.Heartbeat.Warntime;

    /// <summary>
    /// Nobody gave a reason to move it: no policy, no trouble on the LAN, and the peer is heard or there is no witness to be obeyed.
    /// </summary>
    private bool HasPeace(Machine machine, int group)
    {
        var node = machine.Number;
        var config = World.Site.Config.Groups[group];
        return Truth.Now - _lanTrouble[node] > Recent
            && (config.Failback is FailbackConfig.Never || config.Preferred != 1 - node)
            && (World.Site.Config.Witness is null || Truth.For(Truth.ConnectedSince, Recent));
    }
}
