using System.Collections.Immutable;
using Appliance.Core.Configuration;
using Appliance.Core.Time;

namespace Appliance.Core.Resources;

/// <summary>
/// Starts, keeps and stops the resources of a group. Completions and failures change what is known of one resource; then
/// <see cref="ResourcePlan"/> compares what is with what is wanted and gives every resource at most one next operation.
/// <para>
/// Decisions: A stop overtakes a start that is under way, so a switchover never waits for a slow start; the shell abandons the start.
/// A failed start is followed by a stop before the next try, because half of it may run. When a resource is given up the others keep
/// running (independent branches even start) until the owner wants the group stopped: a telephone system without its voice mail is
/// worth more than none, and whether the peer would do better is the owner's decision. A resource that resists its stop is killed
/// again and again also after its bound, but the owner was told: the node should reset itself.
/// </para>
/// </summary>
public static class GroupResources
{
    //            Monitor: not running                Start done                  Failed, or Monitor failed
    //  Unknown ──────────────────────▶ Stopped ───────────────────▶ Started ─────────────────────────────▶ Broken
    //     │                             ▲  │ ▲                       ▲   │                                  ▲  │
    //     └── Monitor: running ─────────┼──┼─┼───────────────────────┘   │ not wanted, or what it           │  │ dependents
    //                                   │  │ │                           │ needs goes down                  │  │ stopped
    //                                   │  └─┼── Start failed ───────────┼──────────────────────────────────┘  │
    //                                   │    └─────── Stop done ─────────┴◀────────────────────────────────────┘
    //                                   └── Kill done ── Resisting ◀── Stop failed or timed out (Stop, then Kill, then Stuck)
    //
    //  What is Broken because it hangs is killed instead of stopped; what needs it is stopped before, as always.

    /// <summary>Lets something happen to the group. Same inputs, same outputs.</summary>
    public static (GroupResourcesState Next, ImmutableArray<ResourceEffect> Effects) Step(
        GroupResourcesState state, ResourceEvent input, Instant now, GroupConfig config)
    {
        Invariant.Check(state.Resources.Length == config.Resources.Length);
        var work = new ResourceWork(state, now, config);
        switch (input)
        {
            case ResourceEvent.Want want: ResourceGoals.Want(work, want); break;
            case ResourceEvent.Done done: ResourceOutcomes.Done(work, done); break;
            case ResourceEvent.Progress progress: ResourceOutcomes.Progress(work, progress); break;
            case ResourceEvent.Failed failed: ResourceOutcomes.Failed(work, failed); break;
            case ResourceEvent.Cleanup cleanup: ResourceGoals.Cleanup(work, cleanup); break;
            case ResourceEvent.Restart restart: ResourceGoals.Restart(work, restart); break;
            case ResourceEvent.Tick: break;
            default: throw new InvariantException($"resource event {input} is not handled");
        }

        ResourceOutcomes.Overdue(work);
        ResourcePlan.Apply(work);
        return work.Finish();
    }

    /// <summary>How the group stands, and why where that is not obvious.</summary>
    public static (GroupCondition Condition, string Reason) Condition(GroupResourcesState state)
    {
        if (Named(state, resource => resource.Stuck) is { } stuck) return (GroupCondition.StopFailed, stuck);
        if (state.Thawed == Goal.Stopped)
        {
            return Named(state, resource => !resource.IsStopped) is { } running
                ? (GroupCondition.Stopping, running)
                : (GroupCondition.Stopped, "");
        }

        if (Named(state, resource => resource.GivenUp is not null) is { } lost) return (GroupCondition.Failed, lost);
        if (Named(state, resource => !resource.IsStarted) is not { } missing) return (GroupCondition.Started, "");
        return (state.Disturbed ? GroupCondition.Recovering : GroupCondition.Starting, missing);
    }

    /// <summary>One line per resource, in file order.</summary>
    public static ImmutableArray<ResourceView> View(GroupResourcesState state) =>
    [
        .. state.Resources.Select((resource, index) =>
            new ResourceView(state.Graph.Names[index], resource.State, resource.Since, resource.Words, resource.Restarts.Length)),
    ];

    /// <summary>When a Tick is due at the latest; null: nothing is waited for.</summary>
    public static Instant? NextDeadline(GroupResourcesState state)
    {
        Instant? next = null;
        foreach (var resource in state.Resources)
        {
            if (DeadlineOf(state, resource) is { } deadline && (next is null || deadline < next)) next = deadline;
        }

        return next;
    }

    private static Instant? DeadlineOf(GroupResourcesState state, ResourceStanding resource) => resource.Phase switch
    {
        ResourcePhase.Busy busy => busy.Deadline,
        ResourcePhase.Resisting resisting when state.Goal != Goal.Frozen => resisting.RetryAt,
        ResourcePhase.Stopped when state.Goal == Goal.Started && resource.GivenUp is null && resource.NotBefore > Instant.Boot =>
            resource.NotBefore,
        _ => null,
    };

    private static string? Named(GroupResourcesState state, Func<ResourceStanding, bool> claim)
    {
        for (var index = 0; index < state.Resources.Length; index++)
        {
            if (claim(state.Resources[index])) return $"{state.Graph.Names[index]}: {state.Resources[index].Words}";
        }

        return null;
    }
}
