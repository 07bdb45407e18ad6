using Appliance.Core;
using Appliance.Core.Cluster;
using Appliance.Core.Time;
using Appliance.Simulation.Machines;

namespace Appliance.Simulation.Rules;

/// <summary>
/// An ordered switchover between two well nodes is carried out: the node that gave the group away does not take it back before the other
/// one had its chance.
/// </summary>
public sealed class ObeysOrders(World world) : Rule(world, "O obeys orders")
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(5);

    /// <summary>Nothing failed for longer than any restart or retry is remembered.</summary>
    private static readonly TimeSpan Unfailed = TimeSpan.FromSeconds(60);

    private readonly (int From, Instant At, int Disturbances)?[] _pending = new (int, Instant, int)?[Limits.GroupsMax];

    /// <summary>A person orders a switchover at a node; counted as a disturbance already.</summary>
    public void Ordered(Command order)
    {
        for (var group = 0; group < Truth.Groups.Count; group++)
        {
            _pending[group] = null;
            if (order is not Command.Switchover move || World.Site.Config.Groups[group].Name != move.Group) continue;
            for (var from = 0; from < Limits.Nodes; from++)
                if (IsPeaceful(group, from)) _pending[group] = (from, Truth.Now, Truth.Disturbances);
        }
    }

    public override void Look()
    {
        for (var group = 0; group < Truth.Groups.Count; group++)
        {
            if (_pending[group] is not { } order) continue;
            var isDone = Truth.Groups[group].ServesSince[1 - order.From] is not null;
            if (isDone || Truth.Disturbances != order.Disturbances) _pending[group] = null;
        }
    }

    public override void Promotion(Machine machine, int group, Vote vote)
    {
        if (_pending[group] is not { } order || order.From != machine.Number || Truth.Disturbances != order.Disturbances) return;
        // It had its chance when it was handed the group and a second has passed.
        if (Truth.Now - order.At > Truth.StopBound) return;
        Break($"{machine.Name} takes {Named(group)} back, which was ordered away from it at {order.At}");
    }

    private bool IsPeaceful(int group, int from) =>
        Truth.For(Truth.Groups[group].ServesSince[from], TimeSpan.FromSeconds(2))
        && Truth.For(Truth.ConnectedSince, Quiet) && Truth.For(Truth.LanSince, Quiet)
        && World.Replica?.Group != group
        && IsWell(group, 0) && IsWell(group, 1);

    private bool IsWell(int group, int node)
    {
        var (machine, truth) = (World.Machines[node], Truth.Groups[group]);
        return Truth.For(Truth.AgentSince[node], Quiet) && !Truth.Standby[node] && !Truth.InMaintenance(node)
            && Truth.CutOffSince[node] is null && Truth.Reachable(node) == World.Site.Config.Pings.Length
            && Truth.Data[node, group] is DataStanding.None or DataStanding.UpToDate
            && machine.Disk is { Problem.Length: 0, WriteError.Length: 0 } && machine.Disk.Slow == TimeSpan.Zero
            && machine.Services.Of(group).All(service => service.Defect == Defect.None)
            && !(truth.FailedAt[node] is { } failed && Truth.Now - failed < Unfailed);
    }
}
