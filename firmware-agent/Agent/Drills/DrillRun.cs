using Appliance.Agent.Journal;
using Appliance.Agent.Status;

namespace Appliance.Agent.Drills;

/// <summary>Plays a drill once: fault, what follows, end of the fault, whole again.</summary>
/// <param name="servesMs">Serving again must not take longer, milliseconds.</param>
/// <param name="before">Status just before the fault.</param>
public sealed class DrillRun(IDrilledPair pair, DrillFault fault, int servesMs, IDrillInjection injection, StatusView before)
{
    /// <summary>The fault and what follows from it are over by then.</summary>
    public const int LimitMs = 120_000;

    /// <summary>Copying what the other node missed may take longer.</summary>
    public const int WholeMs = 2 * LimitMs;

    /// <summary>An agent that restarts is back sooner.</summary>
    public const int SilenceMs = 10_000;

    private readonly List<DrillPhase> _phases = [];
    private StatusView? _last;
    private long _begin;
    private long _serial;
    private bool _isMade;

    /// <summary>Runs it. The fault is taken back whatever happens.</summary>
    public DrillReport Play()
    {
        _begin = pair.NowMs;
        if (pair.Events(0) is not { } known)
            return Report("nothing was done: the agent does not tell its events, so nothing can be measured");
        if (known is [.., var last]) _serial = last.Serial;
        string problem;
        string? stayed;
        try
        {
            problem = Rehearse();
        }
        finally
        {
            stayed = injection.Release();
        }

        if (stayed is not null) problem = $"the fault could not be taken back: {stayed}{(problem.Length > 0 ? "; " : "")}{problem}";
        if (problem.Length == 0) problem = AwaitWhole();
        return Report(problem.Length == 0 ? Late() : problem);
    }

    /// <summary>Empty when everything happened that should, else what did not.</summary>
    private string Rehearse()
    {
        if (injection.Prepare() is { } unprepared) return $"nothing was done: {unprepared}";
        if (pair.IsInterrupted) return "interrupted before the fault was made";
        _begin = pair.NowMs;
        _isMade = true;
        if (injection.Inject() is { } refused) return $"the fault could not be made: {refused}";
        var (goal, heard) = (new DrillGoal(fault, servesMs, _begin, before), _begin);
        while (true)
        {
            if (pair.Status(out var error) is { } view && pair.Events(_serial) is { } told)
            {
                (_last, heard) = (view, pair.NowMs);
                var progress = goal.Of(told, view);
                foreach (var phase in progress.Phases)
                    if (!_phases.Exists(reached => reached.Step == phase.Step)) _phases.Add(phase);
                if (progress.Broken.Length > 0 || progress.IsDone) return progress.Broken;
            }

            var now = pair.NowMs;
            if (pair.IsInterrupted) return "interrupted before it was over";
            if (now - heard > SilenceMs) return $"the agent does not answer any more: {(error.Length > 0 ? error : "it tells no events")}";
            if (fault.NoticeMs > 0 && _phases.Count == 0 && now - _begin > fault.BoundMs)
                return $"nobody found it out within {fault.BoundMs} ms, so it was taken back; the goal was {fault.NoticeMs} ms";
            if (now - _begin > LimitMs) return $"not over within {LimitMs / 1000} s";
            pair.Pause();
        }
    }

    /// <summary>Waits until redundancy is complete again; empty, or why it is not.</summary>
    private string AwaitWhole()
    {
        while (true)
        {
            var view = pair.Status(out var reasons);
            if (view is not null) _last = view;
            if (view?.Health.Level == HealthLevel.Ok && DrillGate.AtRest(view))
            {
                _phases.Add(new DrillPhase(DrillStep.Complete, "redundancy is complete", pair.NowMs - _begin, goalMs: 0));
                return "";
            }

            if (view?.Health.Level == HealthLevel.Ok) reasons = "not everything of the groups is started";
            else if (view is not null) reasons = string.Join("; ", view.Health.Reasons.Select(reason => reason.Text));
            if (pair.IsInterrupted) return $"interrupted; redundancy is not complete yet: {reasons}";
            if (pair.NowMs - _begin > WholeMs) return $"redundancy did not come back within {WholeMs / 1000} s: {reasons}";
            pair.Pause();
        }
    }

    /// <summary>The first goal that was missed; empty: none.</summary>
    private string Late()
    {
        foreach (var phase in _phases)
            if (phase.GoalMs > 0 && phase.Ms > phase.GoalMs)
                return $"too late: {phase.What} after {phase.Ms} ms, the goal is {phase.GoalMs} ms";
        return "";
    }

    private DrillReport Report(string problem)
    {
        var told = pair.Events(_serial) ?? [];
        return new DrillReport
        {
            Fault = fault.Word, Cluster = before.Cluster, Node = before.Node.Name,
            At = DateTimeOffset.FromUnixTimeMilliseconds(_begin).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", null), Problem = problem,
            Phases = _phases, Users = _isMade ? DrillUsers.Of(fault, before, _last ?? before, _phases, told) : [], Events = told,
        };
    }
}
