using Appliance.Agent.Journal;
using Appliance.Agent.Status;
using Appliance.Core.Cluster;

namespace Appliance.Agent.Drills;

/// <summary>What a drill has reached, from what this node tells and shows. Pure.</summary>
/// <param name="phases">Reached, with the milliseconds.</param>
/// <param name="isDone">All of it: the fault may be taken back.</param>
/// <param name="broken">What must not happen and did; empty: nothing.</param>
public sealed class DrillProgress(List<DrillPhase> phases, bool isDone, string broken)
{
    public List<DrillPhase> Phases => phases;

    public bool IsDone => isDone;

    public string Broken => broken;
}

/// <summary>What each fault should lead to.</summary>
/// <param name="fault">What was done.</param>
/// <param name="servesMs">Serving again must not take longer, milliseconds.</param>
/// <param name="begin">Wall time of the fault, milliseconds since 1970.</param>
/// <param name="before">Status just before it.</param>
public sealed class DrillGoal(DrillFault fault, int servesMs, long begin, StatusView before)
{
    /// <param name="events">Of this node, since the fault.</param>
    /// <param name="now">Status of this moment.</param>
    public DrillProgress Of(IReadOnlyList<EventView> events, StatusView now) => fault switch
    {
        DrillFault.Switchover one => Switchover(one, now),
        DrillFault.Signal one => Service(one, events, now),
        DrillFault.Link one => Link(one, events, now),
        _ => throw new Core.InvariantException($"nobody knows what {fault} leads to"),
    };

    private DrillProgress Switchover(DrillFault.Switchover one, StatusView now)
    {
        var wasHere = DrillGate.Group(before, one.Group)?.Role == Role.Active;
        var group = DrillGate.Group(now, one.Group);
        var serves = (wasHere ? group?.PeerRole : group?.Role) == Role.Active && (wasHere ? group?.Role : group?.PeerRole) == Role.Passive;
        return new DrillProgress(
            serves ? [Serves($"{(wasHere ? now.Peer.Name : now.Node.Name)} serves {one.Group}", now.UnixMs)] : [], serves,
            group is { Role: Role.Failed } or { PeerRole: Role.Failed } ? $"{one.Group} did not start on the other node" : "");
    }

    private DrillProgress Service(DrillFault.Signal one, IReadOnlyList<EventView> events, StatusView now)
    {
        var phases = new List<DrillPhase>();
        EventView? started = null;
        foreach (var happened in events)
        {
            if (happened.Kind != "resource" || happened.Group != one.Group || happened.Resource != one.Resource) continue;
            if (phases.Count == 0 && happened.To == "Failed")
                phases.Add(Noticed($"{one.Resource} was found out: {happened.Text}", happened.UnixMs));
            else if (phases.Count == 1 && happened.To == "Started")
                phases.Add(Serves($"{one.Resource} serves again, on this node", (started = happened).UnixMs));
        }

        var moved = started is null && DrillGate.Group(now, one.Group) is { PeerRole: Role.Active };
        if (moved) phases.Add(Serves($"{now.Peer.Name} serves {one.Group}", now.UnixMs));
        return new DrillProgress(phases, started is not null, moved
            ? $"{one.Resource} was not mended in place: {one.Group} moved to {now.Peer.Name}" : "");
    }

    /// <summary>A link that goes is news, never a failover.</summary>
    private DrillProgress Link(DrillFault.Link one, IReadOnlyList<EventView> events, StatusView now)
    {
        var phases = new List<DrillPhase>();
        foreach (var happened in events)
        {
            if (happened is not { Kind: "link", To: "Down" } || happened.Resource != one.Name) continue;
            phases.Add(Noticed($"link {one.Name} was found down", happened.UnixMs));
            break;
        }

        foreach (var group in before.Groups)
            if (DrillGate.Group(now, group.Name) is { } after && (after.Role != group.Role || after.PeerRole != group.PeerRole))
                return new DrillProgress(phases, true, $"{group.Name} moved although another link was up");
        return new DrillProgress(phases, phases.Count > 0, "");
    }

    private DrillPhase Noticed(string what, long at) => new(DrillStep.Noticed, what, at - begin, fault.NoticeMs);

    private DrillPhase Serves(string what, long at) => new(DrillStep.Serves, what, at - begin, servesMs);
}
