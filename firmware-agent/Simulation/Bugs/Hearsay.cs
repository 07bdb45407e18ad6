using Appliance.Core.Cluster;

namespace Appliance.Simulation.Bugs;

/// <summary>Misunderstandings of what the peer says about a group.</summary>
internal static class Hearsay
{
    /// <summary>The same heartbeat with the facts of every group changed.</summary>
    public static Event Change(NodeState state, Event input, Func<GroupState, GroupFacts, GroupFacts> change)
    {
        if (input is not Event.Heard heard) return input;
        var facts = heard.Heartbeat;
        for (var group = 0; group < facts.GroupCount && group < state.Groups.Length; group++)
            facts.Groups[group] = change(state.Groups[group], facts.Groups[group]);
        return heard with { Heartbeat = facts };
    }

    /// <summary>A peer that does not serve yet is taken for unable to, and for idle even when it is starting too.</summary>
    public static GroupFacts IsUnable(GroupState ours, GroupFacts theirs)
    {
        if (ours is { Role: Role.Activating, Held: false } && theirs.Role == Role.Activating) theirs = theirs with { Role = Role.Passive };
        return theirs.Role.Holds() ? theirs : theirs with { Fit = false };
    }

    /// <summary>A peer that serves nothing is taken to have voted as we did.</summary>
    public static NodeState Granted(NodeState state)
    {
        var last = state.Peer.Last;
        for (var group = 0; group < last.GroupCount && group < state.Groups.Length; group++)
        {
            var (ours, theirs) = (state.Groups[group], last.Groups[group]);
            if (ours.Vote.Node == state.Node && !ours.VoteSpent && !theirs.Role.Holds())
                last.Groups[group] = theirs with { Vote = ours.Vote };
        }

        return state with { Peer = state.Peer with { Last = last } };
    }

    /// <summary>Of two servers the wrong one stops.</summary>
    public static GroupFacts WrongWay(GroupState ours, GroupFacts theirs)
    {
        if (!ours.Role.Holds() || !theirs.Role.Holds() || theirs.Vote == ours.Vote) return theirs;
        return theirs with { Vote = theirs.Vote > ours.Vote ? new Vote(0, theirs.Vote.Node) : ours.Vote.Above(theirs.Vote.Node) };
    }

    /// <summary>Whoever serves never yields.</summary>
    public static GroupFacts NeverYields(GroupState ours, GroupFacts theirs) =>
        ours.Role.Holds() && theirs.Role.Holds() ? theirs with { Vote = new Vote(0, theirs.Vote.Node) } : theirs;

    /// <summary>A node that resets itself is taken to be done already.</summary>
    public static GroupFacts IsReset(GroupState ours, GroupFacts theirs) =>
        theirs.Role == Role.Fencing ? theirs with { Role = Role.Passive, Fit = false } : theirs;

    /// <summary>A copy that may be old is taken for one that was noted to be.</summary>
    public static GroupFacts IsOld(GroupState ours, GroupFacts theirs) =>
        ours.Replica.AskingSince is not null && theirs.Data is DataStanding.Consistent or DataStanding.UpToDate
            ? theirs with { Data = DataStanding.Outdated } : theirs;

    /// <summary>The witness is taken to have voted as we did.</summary>
    public static Event WitnessAgrees(NodeState state, Event input)
    {
        if (input is not Event.WitnessHeard heard) return input;
        var facts = heard.Heartbeat;
        for (var group = 0; group < facts.GroupCount && group < state.Groups.Length; group++)
            facts.Groups[group] = facts.Groups[group] with { Vote = state.Groups[group].Vote };
        return heard with { Heartbeat = facts };
    }
}
