using Appliance.Core.Cluster;
using Appliance.Core.Resources;
using Appliance.Simulation.Machines;

namespace Appliance.Simulation.Rules;

/// <summary>
/// Judges what really happens against the rules of the architecture. It is told by the world, never by the code under test.
/// </summary>
public sealed class Oracle
{
    private readonly World _world;
    private readonly Rule[] _rules;
    private readonly Acknowledged _acknowledged;
    private readonly FencesOnlySuspects _shots;
    private readonly ObeysOrders _orders;

    public Oracle(World world)
    {
        _world = world;
        Truth = new Truth(world);
        _acknowledged = new Acknowledged(world);
        _shots = new FencesOnlySuspects(world);
        _orders = new ObeysOrders(world);
        _rules =
        [
            new OneServer(world), new NoHope(world), new TermsGrow(world), new GoodData(world), new DeathNeedsSilence(world),
            new LooksAround(world), new LeavesAlone(world), new RestartBudget(world), new FencesItself(world), new Evidence(world),
                new Somebody(world), _shots, _acknowledged, _orders,
        ];
    }

    public Truth Truth { get; }

    /// <summary>The first rule that was broken; null: none.</summary>
    public Violation? Violation { get; private set; }

    public void Look()
    {
        Truth.Look();
        foreach (var rule in _rules) rule.Look();
    }

    public void Break(string rule, string text)
    {
        if (Violation is not null) return;
        Violation = new Violation(rule, _world.Timeline.Now, text);
        _world.Story.Tell(_world.Timeline.Now, "oracle", $"RULE BROKEN {rule}: {text}");
    }

    /// <summary>An invariant of the code itself did not hold.</summary>
    public void OwnBug(Machine machine, string text) => Break("own", $"{machine.Name}: {text}");

    public void Operation(Machine machine, int group, ResourceEffect.Run run)
    {
        Truth.Look();
        foreach (var rule in _rules) rule.Operation(machine, group, run);
        if (run.Operation == Core.Resources.Operation.Start && !machine.Services.Hold(group)) FirstStart(machine, group);
    }

    public void Spoken(Machine machine, in Heartbeat heartbeat)
    {
        foreach (var rule in _rules) rule.Spoken(machine, heartbeat);
    }

    public void Reannounced(Machine machine, int group)
    {
        foreach (var rule in _rules) rule.Reannounced(machine, group);
    }

    /// <summary>A frame really reached a running agent.</summary>
    public void Delivered(Machine receiver, in Heartbeat heartbeat)
    {
        var overtaken = Truth.Delivered[receiver.Number] is { } last
            && last.Facts.Incarnation == heartbeat.Incarnation
            && last.Facts.Sequence > heartbeat.Sequence;
        Truth.Delivered[receiver.Number] = (_world.Timeline.Now, overtaken ? Truth.Delivered[receiver.Number]!.Value.Facts : heartbeat);
        for (var group = 0; group < heartbeat.GroupCount; group++)
        {
            var facts = heartbeat.Groups[group];
            ref var seen = ref Truth.TermSeen[receiver.Number, group];
            if (facts.Role.Holds() && facts.Vote.Node == heartbeat.Sender && facts.Vote.Term > seen) seen = facts.Vote.Term;
        }
    }

    /// <summary>The state file was written.</summary>
    public void Written(Machine machine)
    {
        for (var group = 0; group < Truth.Groups.Count; group++)
        {
            if (!OnDisk(machine, group).Held) Truth.Groups[group].Released[machine.Number] = true;
        }
    }

    /// <summary>An operator removed the state file: nobody can expect the node to know its terms.</summary>
    public void Forgot(Machine machine)
    {
        foreach (var group in Truth.Groups) group.Tenure[machine.Number] = Vote.None;
    }

    public void AgentSpeaks(Machine machine)
    {
        var node = machine.Number;
        Truth.SpokeFirst[node] = _world.Timeline.Now;
        Truth.Delivered[node] = null;
        for (var group = 0; group < Truth.Groups.Count; group++)
        {
            Truth.TermSeen[node, group] = 0;
            if (_world.Replica?.Group == group) _world.Replica.Introduce(node);
            else if (Truth.Data[node, group] != DataStanding.None)
                machine.Agent?.Post(new Event.DataChanged(group, Truth.Data[node, group]));
        }

        // The state file knows how long maintenance was meant to last, not how much of it has passed.
        if (Truth.InMaintenance(node)) Truth.MaintenanceUntil[node] = _world.Timeline.Now + Truth.MaintenanceLength[node];
    }

    public void ResourceFailed(Machine machine, Service service) =>
        Truth.Groups[service.Group].FailedAt[machine.Number] = _world.Timeline.Now;

    /// <summary>A resource was given a defect.</summary>
    public void Broken(Machine machine, Service service) => ResourceFailed(machine, service);

    /// <summary>A node orders the other one off.</summary>
    public void Shoots(Machine by, int target) => _shots.Shoots(by, _world.Machines[target]);

    /// <summary>A fence device has taken the power away.</summary>
    public void Fenced()
    {
        Truth.Disturbances++;
        Truth.DisturbedAt = _world.Timeline.Now;
    }

    public void Fences(Machine machine) => _world.Tell(machine, "asks for its reset");

    /// <summary>A person or the plan did something to the world.</summary>
    public void Disturbed(string[] words)
    {
        Truth.Disturbances++;
        Truth.DisturbedAt = _world.Timeline.Now;
        if (words is ["stop" or "power-on" or "start-agent", ..]) Truth.OrderedAt = _world.Timeline.Now;
    }

    public void Ordered(int node, Command command)
    {
        Truth.OrderedAt = _world.Timeline.Now;
        _orders.Ordered(command);
        switch (command)
        {
            case Command.Standby: Truth.Standby[node] = true; break;
            case Command.Online: Truth.Standby[node] = false; break;
            case Command.Maintenance order:
                Truth.MaintenanceLength[node] = order.For ?? TimeSpan.Zero;
                Truth.MaintenanceUntil[node] = _world.Timeline.Now + Truth.MaintenanceLength[node];
                break;
        }
    }

    /// <summary>A replica became primary.</summary>
    public void ReplicaPromoted(Machine machine, ReplicaPair pair) => _acknowledged.Promoted(machine, pair);

    /// <summary>A primary answers its first write that the other copy has not.</summary>
    public void WritesAlone(Machine machine, ReplicaPair pair) => _acknowledged.WritesAlone(machine, pair);

    public void DataStands(int node, int group, DataStanding standing) => Truth.Data[node, group] = standing;

    /// <summary>What the disk of a machine really says about a group.</summary>
    public DurableGroup OnDisk(Machine machine, int group)
    {
        var name = _world.Site.Config.Groups[group].Name;
        return machine.Disk.Stored is { } stored
            && stored.Groups.TryGetValue(name, out var entry) ? entry : new DurableGroup(Vote.None, false);
    }

    private void FirstStart(Machine machine, int group)
    {
        var truth = Truth.Groups[group];
        var vote = OnDisk(machine, group).Vote;
        if (vote == truth.Tenure[machine.Number] && !truth.Released[machine.Number]) return;
        foreach (var rule in _rules) rule.Promotion(machine, group, vote);
        truth.Promotions++;
        (truth.Tenure[machine.Number], truth.Released[machine.Number]) = (vote, false);
    }
}
