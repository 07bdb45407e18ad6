using Appliance.Core.Cluster;
using Appliance.Core.Time;

namespace Appliance.Core.Resources;

/// <summary>
/// Gives every resource at most one next operation. First what has to go down, found along the graph: a resource goes down when it is
/// not wanted, broken or to be restarted, or when anything it needs is down. It stops once all that need it are stopped. Then what may come
/// up: a stopped resource starts once all it needs are started, its back-off is over, and nothing that needs it may still run.
/// </summary>
internal static class ResourcePlan
{
    public static void Apply(ResourceWork work)
    {
        if (work.Goal == Goal.Frozen) return;
        Span<bool> down = stackalloc bool[work.Count];
        foreach (var index in work.Graph.Order) down[index] = MustGoDown(work, index, down);
        for (var index = 0; index < work.Count; index++)
        {
            if (work[index].Phase is ResourcePhase.Resisting resisting) KillAgain(work, index, resisting);
            else if (down[index]) StopWhenFree(work, index);
            else if (work.Goal == Goal.Started) BringUp(work, index, down);
        }
    }

    private static bool MustGoDown(ResourceWork work, int index, ReadOnlySpan<bool> down)
    {
        var resource = work[index];
        if (resource.IsStopped) return false;
        if (work.Goal == Goal.Stopped || resource.Bounce || resource.IsDown) return true;
        if (resource.Phase is ResourcePhase.Unknown or ResourcePhase.Busy { Operation: Operation.Monitor }) return false;
        foreach (var need in work.Graph.Needs[index])
        {
            if (down[need] || work[need].IsDown) return true;
        }

        return false;
    }

    private static void StopWhenFree(ResourceWork work, int index)
    {
        if (work[index].Phase is ResourcePhase.Busy { Stops: true }) return;
        foreach (var dependent in work.Graph.NeededBy[index])
        {
            if (!work[dependent].IsStopped) return;
        }

        var bound = work.Timing(index).Stop;
        if (work[index].Phase is ResourcePhase.Broken { Hung: true })
            work.Run(index, Operation.Kill, bound, work.Now + bound + bound, $"hangs and is being killed: {work[index].Text}");
        else
            work.Run(index, Operation.Stop, bound, work.Now + bound + bound, "is being stopped");
    }

    private static void KillAgain(ResourceWork work, int index, ResourcePhase.Resisting resisting)
    {
        if (work.Now < resisting.RetryAt) return;

        // The first kill after a stop shares the stop's bound: together they take at most twice the stop's time.
        var bound = work.Now < resisting.Bound ? resisting.Bound : work.Now + work.Timing(index).Stop;
        var text = work[index].Stuck ? work[index].Text : $"is being stopped by force: {work[index].Text}";
        work.Run(index, Operation.Kill, bound - work.Now, bound, text);
    }

    private static void BringUp(ResourceWork work, int index, ReadOnlySpan<bool> down)
    {
        switch (work[index].Phase)
        {
            case ResourcePhase.Unknown:
                work.Run(index, Operation.Monitor, work.Timing(index).Monitor, Instant.Boot, "is asked whether it runs");
                break;
            case ResourcePhase.Stopped when MayStart(work, index, down):
                work.Run(index, Operation.Start, work.Timing(index).Start, Instant.Boot, "is being started");
                break;
            case ResourcePhase.Started:
                work.SetWatch(index, true);
                break;
        }
    }

    private static bool MayStart(ResourceWork work, int index, ReadOnlySpan<bool> down)
    {
        if (work[index].GivenUp is not null || work[index].NotBefore > work.Now) return false;
        foreach (var need in work.Graph.Needs[index])
        {
            if (!work[need].IsStarted || down[need]) return false;
        }

        foreach (var dependent in work.Graph.NeededBy[index])
        {
            if (!work[dependent].IsStopped) return false;
        }

        return true;
    }
}
