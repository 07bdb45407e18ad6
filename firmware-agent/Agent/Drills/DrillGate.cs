using System.Globalization;
using Appliance.Agent.Status;
using Appliance.Core.Cluster;
using Appliance.Core.Configuration;
using Appliance.Core.Resources;

namespace Appliance.Agent.Drills;

/// <summary>Whether a live pair may be rehearsed on now. Pure.</summary>
public static class DrillGate
{
    /// <summary>Every reason why not; empty: it may.</summary>
    /// <param name="view">This node's status of this moment.</param>
    /// <param name="now">Local time of day.</param>
    /// <param name="window">Part of the day in which it may be; null: at any time.</param>
    /// <param name="withCalls">Calls that are up, or of which nobody knows, may end.</param>
    public static IReadOnlyList<string> Refusals(
        StatusView view, DrillFault fault, TimeOnly now, FailbackConfig.Daily? window, bool withCalls)
    {
        var reasons = new List<string>();
        if (window is { } open && !now.IsBetween(open.From, open.To))
            reasons.Add($"it is {Clock(now)}, outside the window {Clock(open.From)}-{Clock(open.To)}");
        if (view.Health.Level != HealthLevel.Ok)
            reasons.Add($"redundancy is not complete: {string.Join("; ", view.Health.Reasons.Select(reason => reason.Text))}");
        foreach (var group in view.Groups)
        {
            if (view.Health.Level != HealthLevel.Ok) break;
            // Both nodes are heard and well; whoever does not serve must be able to.
            var takes = group.Role == Role.Active ? group.PeerFit == true : group.Fit;
            if (!takes) reasons.Add($"redundancy is not complete: nobody could take over {group.Name}");
        }

        if (fault.TouchesService && !withCalls && CallsUp(view) is { } calls) reasons.Add(calls);
        if (Place(view, fault) is { } place) reasons.Add(place);
        return reasons;
    }

    private static string Clock(TimeOnly time) => time.ToString("HH:mm", CultureInfo.InvariantCulture);

    /// <summary>Calls that are up on this node; null: nobody knows.</summary>
    internal static int? Calls(StatusView view)
    {
        int? calls = null;
        foreach (var group in view.Groups)
            foreach (var resource in group.Resources)
                if (resource is { State: ResourceState.Started, Probe.Facts.Calls: { } some }) calls = (calls ?? 0) + some;
        return calls;
    }

    /// <summary>Everything of the groups is started, as far as this node knows, and the telephone lines are at whoever serves.</summary>
    internal static bool AtRest(StatusView view)
    {
        foreach (var group in view.Groups)
        {
            if (group is { Role: not Role.Active, PeerLine: LineStanding.Unknown or LineStanding.There }) return false;
            if (group.Role != Role.Active) continue;
            foreach (var resource in group.Resources)
                if (resource.State != ResourceState.Started) return false;
        }

        return true;
    }

    internal static GroupStatus? Group(StatusView view, string name)
    {
        foreach (var group in view.Groups)
            if (group.Name == name) return group;
        return null;
    }

    /// <summary>What stands against a fault here and not on the other node; null: nothing.</summary>
    private static string? Place(StatusView view, DrillFault fault) => fault switch
    {
        DrillFault.Switchover one => Held(view, one.Group) is null ? $"{one.Group} is served by neither node" : null,
        DrillFault.Signal one => Here(view, one),
        DrillFault.Link one => Others(view, one) == 0
            ? $"{one.Name} is the only way to {view.Peer.Name} that is up: without it the nodes would take each other for dead" : null,
        _ => throw new Core.InvariantException($"nobody judges {fault}"),
    };

    private static string? Here(StatusView view, DrillFault.Signal fault)
    {
        var node = Held(view, fault.Group);
        if (node is null) return $"{fault.Group} is served by neither node";
        if (node != view.Node.Name) return $"{fault.Group}/{fault.Resource} runs on {node}: run the drill there";
        foreach (var resource in Group(view, fault.Group)!.Resources)
        {
            if (resource.Name != fault.Resource) continue;
            if (resource.State != ResourceState.Started) return $"{fault.Group}/{fault.Resource} is not started";
            if (fault.Hangs && resource.Probe is null) return $"nobody asks {fault.Group}/{fault.Resource} for its health: give it a probe";
            return resource.RestartsUsed < resource.RestartsMax ? null
                : $"{fault.Group}/{fault.Resource} may not be restarted here any more ({resource.RestartsUsed} of {resource.RestartsMax})";
        }

        return $"the agent knows no {fault.Group}/{fault.Resource}: appliance config reload";
    }

    private static string? Held(StatusView view, string name) => Group(view, name) switch
    {
        { Role: Role.Active } => view.Node.Name,
        { PeerRole: Role.Active } => view.Peer.Name,
        _ => null,
    };

    /// <summary>Other links that carry heartbeats both ways, and not over the same interface.</summary>
    private static int Others(StatusView view, DrillFault.Link fault)
    {
        var count = 0;
        foreach (var link in view.Links)
            if (link.Name != fault.Name && link.Device != fault.Interface && link is { State: LinkState.Up, PeerHears: true }) count++;
        return count;
    }

    /// <summary>Null: certainly none is up on this node.</summary>
    private static string? CallsUp(StatusView view) => Calls(view) switch
    {
        0 => null,
        1 => "1 call is up and would end: wait, or say --with-calls",
        { } calls => $"{calls} calls are up and would end: wait, or say --with-calls",
        null => "nobody here knows whether calls are up (a probe of type \"asterisk\" with the layer \"cli\" counts them, on the node that "
            + "serves): say --with-calls if they may end",
    };
}
