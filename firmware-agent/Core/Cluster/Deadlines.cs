using Appliance.Core.Resources;
using Appliance.Core.Time;

namespace Appliance.Core.Cluster;

/// <summary>When the machine must be stepped next even if nothing happens.</summary>
internal static class Deadlines
{
    public static Instant Next(NodeState state)
    {
        // Every keepalive at the latest: the gap detector measures against the lease.
        var next = state.LastStep + state.Timing.Keepalive;
        if (state.Peer.Alive && state.Peer.HeardAt is { } heard)
        {
            next = Sooner(next, heard + state.Timing.Warntime, state);
            next = Sooner(next, heard + state.Timing.Deadtime, state);
        }

        foreach (var group in state.Groups)
            if (GroupResources.NextDeadline(group.Resources) is { } due) next = Sooner(next, due, state);
        return next;
    }

    private static Instant Sooner(Instant next, Instant candidate, NodeState state) =>
        candidate > state.LastStep && candidate < next ? candidate : next;
}
