using Appliance.Core.Cluster;
using Appliance.Core.Time;

namespace Appliance.Core.Resources;

/// <summary>What the owner of the group and operators ask for.</summary>
internal static class ResourceGoals
{
    /// <summary>The owner's wish changed.</summary>
    public static void Want(ResourceWork work, ResourceEvent.Want want)
    {
        if (want.Goal == Goal.Frozen)
        {
            Freeze(work);
            return;
        }

        var thaws = work.Goal == Goal.Frozen;
        var turns = work.Thawed != want.Goal;
        (work.Goal, work.Thawed) = (want.Goal, want.Goal);
        if (turns) Turn(work);
        for (var index = 0; index < work.Count; index++)
        {
            if (MustAsk(work, index, want, thaws)) work.Move(index, new ResourcePhase.Unknown(), "not known yet whether it runs");
        }
    }

    /// <summary>Operator: forget failures; a resource that was given up may try again.</summary>
    public static void Cleanup(ResourceWork work, ResourceEvent.Cleanup cleanup)
    {
        var only = cleanup.Resource is null ? -1 : work.Graph.Find(cleanup.Resource);
        if (cleanup.Resource is not null && only < 0)
        {
            work.Tell(ReportKind.Command, $"there is no resource {cleanup.Resource} in this group; nothing was cleaned up");
            return;
        }

        for (var index = 0; index < work.Count; index++)
        {
            if (only < 0 || only == index) Forgive(work, index, cleanup: true);
        }
    }

    /// <summary>Operator: stop and start a resource and what needs it, whatever its budget says.</summary>
    public static void Restart(ResourceWork work, ResourceEvent.Restart restart)
    {
        var index = work.Graph.Find(restart.Resource);
        if (index < 0)
        {
            work.Tell(ReportKind.Command, $"there is no resource {restart.Resource} in this group; nothing was restarted");
            return;
        }

        if (work.Goal != Goal.Started)
        {
            var why = work.Goal == Goal.Frozen
                ? "this node keeps its hands off the group (maintenance)"
                : "the group is not to run on this node";
            work.Tell(ReportKind.Command, $"{restart.Resource} was not restarted: {why}");
            return;
        }

        Forgive(work, index, cleanup: false);
        work.Disturbed = true;
        if (!work[index].IsDown || work[index].Phase is ResourcePhase.Broken) work[index] = work[index] with { Bounce = true };
        work.Tell(ReportKind.Command, $"an operator restarts {restart.Resource} and what needs it");
    }

    private static void Freeze(ResourceWork work)
    {
        work.Goal = Goal.Frozen;
        for (var index = 0; index < work.Count; index++)
        {
            work.SetWatch(index, false);
            var resists = work[index].Phase is ResourcePhase.Resisting;
            work[index] = work[index] with { Phase = resists ? new ResourcePhase.Broken() : work[index].Phase, Stuck = false };
        }
    }

    /// <summary>
    /// From stopped to started or back: what was asked for under the old goal is over, and every resource gets a new chance.
    /// </summary>
    private static void Turn(ResourceWork work)
    {
        work.Disturbed = false;
        for (var index = 0; index < work.Count; index++)
        {
            var resource = work[index] with { Bounce = false, NotBefore = Instant.Boot };
            work[index] = work.Goal == Goal.Started ? resource with { GivenUp = null } : resource;
        }
    }

    /// <summary>
    /// Adopting, everything that is not under way is asked. After a freeze too, because a person may have had their hands on it; but
    /// what was stopped and stays stopped needs no question.
    /// </summary>
    private static bool MustAsk(ResourceWork work, int index, ResourceEvent.Want want, bool thaws)
    {
        if (work[index].Phase is ResourcePhase.Busy or ResourcePhase.Resisting) return false;
        if (thaws) return want.Goal == Goal.Started || (want.Adopt && work[index].IsStopped);
        return want.Adopt && work[index].IsStopped;
    }

    private static void Forgive(ResourceWork work, int index, bool cleanup)
    {
        var resource = work[index];
        var resists = resource.Stuck ? resource.Phase as ResourcePhase.Resisting : null;
        work[index] = resource with
        {
            Restarts = cleanup ? [] : resource.Restarts,
            NotBefore = Instant.Boot,
            GivenUp = null,
            Phase = resists is null ? resource.Phase : resists with { RetryAt = work.Now },
        };
        if (work.Goal != Goal.Stopped && resource.GivenUp is not null) work.Disturbed = true;
        if (cleanup && (resource.GivenUp is not null || resource.Restarts.Length > 0))
            work.Tell(ReportKind.Command, index, "its failures were forgotten");
    }
}
