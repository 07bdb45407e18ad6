using System.Globalization;
using Appliance.Core.Cluster;
using Appliance.Core.Configuration;
using Appliance.Core.Time;

namespace Appliance.Core.Resources;

/// <summary>What is known of a resource after an operation ended, was not answered in time, or its watch reported a failure.</summary>
internal static class ResourceOutcomes
{
    /// <summary>An operation ended. An answer to an operation that was overtaken or given up waiting for changes nothing.</summary>
    public static void Done(ResourceWork work, ResourceEvent.Done done)
    {
        var index = work.Graph.Find(done.Resource);
        if (index < 0 || work[index].Phase is not ResourcePhase.Busy busy || busy.Id != done.Id) return;
        switch (busy.Operation)
        {
            case Operation.Monitor: Monitored(work, index, done.Outcome, done.Text); break;
            case Operation.Start: StartEnded(work, index, done.Outcome, done.Text); break;
            default: StopEnded(work, index, busy, done.Outcome, done.Text); break;
        }
    }

    /// <summary>What recovers is not given up, and so not killed. An operation that was overtaken gets nothing.</summary>
    public static void Progress(ResourceWork work, ResourceEvent.Progress progress)
    {
        var index = work.Graph.Find(progress.Resource);
        if (index < 0 || work[index].Phase is not ResourcePhase.Busy busy || busy.Id != progress.Id || busy.Stops) return;
        var timing = work.Timing(index);
        var more = busy.Operation == Operation.Start ? timing.Start : timing.Monitor;
        var longer = busy with { Deadline = work.Now + more + Limits.OperationGrace };
        work.Move(index, longer, $"takes longer and makes progress: {progress.Text}");
    }

    /// <summary>A watch reports that a started resource is not healthy. In any other phase it is old news.</summary>
    public static void Failed(ResourceWork work, ResourceEvent.Failed failed)
    {
        var index = work.Graph.Find(failed.Resource);
        if (index < 0 || !work[index].IsStarted || !work[index].Watched) return;
        Break(work, index, failed.Text, mayMend: true, failed.Hung);
    }

    /// <summary>Operations whose answer is not waited for any longer, and resources whose last moment to stop has passed.</summary>
    public static void Overdue(ResourceWork work)
    {
        for (var index = 0; index < work.Count; index++)
        {
            var resource = work[index];
            if (resource.Phase is ResourcePhase.Busy busy && work.Now >= busy.Deadline) Unanswered(work, index, busy);
            if (resource is { Phase: ResourcePhase.Resisting late, Stuck: false } && work.Now >= late.Bound)
                Resist(work, index, late.Bound, resource.Text, work.Now);
        }
    }

    private static void Unanswered(ResourceWork work, int index, ResourcePhase.Busy busy)
    {
        var timing = work.Timing(index);
        switch (busy.Operation)
        {
            case Operation.Monitor:
                Break(work, index, $"no answer within {Seconds(timing.Monitor)} to whether it runs", mayMend: true);
                break;
            case Operation.Start: Break(work, index, $"did not start within {Seconds(timing.Start)}", mayMend: true); break;
            default: Resist(work, index, busy.Bound, $"did not stop within {Seconds(timing.Stop)}", work.Now); break;
        }
    }

    private static void Monitored(ResourceWork work, int index, Outcome outcome, string text)
    {
        switch (outcome)
        {
            case Outcome.Success:
                work[index] = work[index] with { GivenUp = null, Stuck = false };
                work.Move(index, new ResourcePhase.Started(), Words("runs already and is kept as it is", text));
                break;
            case Outcome.NotRunning: work.Move(index, new ResourcePhase.Stopped(), Words("does not run", text)); break;
            default: Break(work, index, Words("could not be found running well", text), outcome != Outcome.Impossible); break;
        }
    }

    private static void StartEnded(ResourceWork work, int index, Outcome outcome, string text)
    {
        if (outcome == Outcome.Success) work.Move(index, new ResourcePhase.Started(), Words("started", text));
        else Break(work, index, Words("did not start", text), outcome != Outcome.Impossible);
    }

    private static void StopEnded(ResourceWork work, int index, ResourcePhase.Busy busy, Outcome outcome, string text)
    {
        if (outcome is Outcome.Success or Outcome.NotRunning)
        {
            work[index] = work[index] with { Bounce = false, Stuck = false };
            work.Move(index, new ResourcePhase.Stopped(), Words("stopped", text));
            return;
        }

        // A polite stop that failed is followed by a kill at once; kills keep a distance.
        Resist(
            work, index, busy.Bound, Words("did not stop", text), busy.Operation == Operation.Kill
                ? work.Now + Limits.KillPause
                : work.Now);
    }

    /// <summary>
    /// It did not go down. Before the bound it is killed (again); at the bound it is stuck, and people and the owner must know.
    /// </summary>
    private static void Resist(ResourceWork work, int index, Instant bound, string text, Instant retryAt)
    {
        if (work.Goal == Goal.Frozen)
        {
            work.Move(index, new ResourcePhase.Broken(), text);
            return;
        }

        if (work.Now < bound)
        {
            var retry = work[index].Stuck ? work.Now + work.Timing(index).Stop : retryAt < bound ? retryAt : bound;
            work.Move(index, new ResourcePhase.Resisting(retry, bound), text);
            return;
        }

        var first = !work[index].Stuck;
        work[index] = work[index] with { Stuck = true };
        work.Move(index, new ResourcePhase.Resisting(work.Now + work.Timing(index).Stop, bound), $"would not stop, nor by force: {text}");
        if (first)
            work.Tell(
                ReportKind.Alarm, index, $"would not stop, nor by force: {text}. This node must be reset before the other may take over");
    }

    /// <summary>A failure: one more local restart while the budget lasts, else the resource is given up here.</summary>
    private static void Break(ResourceWork work, int index, string text, bool mayMend, bool hung = false)
    {
        var budget = work.Config.Resources[index].Restarts;
        var resource = work[index];
        var counts = work.Goal == Goal.Started && !resource.Bounce && !work.Graph.Needs[index].Any(need => work[need].IsDown);
        if (!counts || (mayMend && resource.Restarts.Length < budget.Max))
        {
            if (counts) Retry(work, index);
            work.Move(index, new ResourcePhase.Broken(hung), text);
            return;
        }

        var why = mayMend ? Exhausted(budget) : "trying again here cannot mend that";
        work[index] = resource with { GivenUp = $"{text}; {why}" };
        work.Move(index, new ResourcePhase.Broken(hung), $"{text}; {why}");
        work.Tell(ReportKind.Alarm, index, $"given up on this node: {text}; {why}. Mend the cause, then clean up the resource");
    }

    private static void Retry(ResourceWork work, int index)
    {
        var resource = work[index];
        var pause = RestartPolicy.Pause(work.Config.Resources[index].Restarts, resource.Restarts.Length);
        work[index] = resource with { Restarts = resource.Restarts.Add(work.Now), NotBefore = work.Now + pause };
        work.Disturbed = true;
    }

    private static string Exhausted(RestartConfig budget) =>
        budget.Max == 0 ? "local restarts are switched off" : $"{budget.Max} restarts within {Seconds(budget.Within)} did not help";

    /// <summary>Our words, and those of whoever did it, if any.</summary>
    private static string Words(string ours, string theirs) => theirs.Length == 0 ? ours : $"{ours} ({theirs})";

    private static string Seconds(TimeSpan span) => span.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture) + " s";
}
