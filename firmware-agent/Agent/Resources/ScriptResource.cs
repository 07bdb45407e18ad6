using Appliance.Core.Resources;
using Appliance.Drivers.Script;

namespace Appliance.Agent.Resources;

/// <summary>
/// An init script or an OCF agent. They know only a polite stop; Kill calls it again, because the processes they started are
/// theirs to find.
/// </summary>
public sealed class ScriptResource(
    Func<CancellationToken, ScriptAnswer> start, Func<CancellationToken, ScriptAnswer> stop, Func<CancellationToken, ScriptAnswer> monitor)
        : IResource
{
    public bool IsPolled => true;

    public Verdict Start(CancellationToken abandon)
    {
        var answer = start(abandon);
        return Of(answer, answer.Standing == ScriptStanding.Running);
    }

    public Verdict Stop(CancellationToken abandon)
    {
        var answer = stop(abandon);
        return Of(answer, answer.Standing == ScriptStanding.Stopped);
    }

    public Verdict Kill(CancellationToken abandon) => Stop(abandon);

    public Verdict Monitor(CancellationToken abandon)
    {
        var answer = monitor(abandon);
        return answer.Standing == ScriptStanding.Stopped ? new(Outcome.NotRunning, answer.Text)
            : Of(answer, answer.Standing == ScriptStanding.Running);
    }

    public void Watch(Action<string>? failed)
    {
    }

    public void Dispose()
    {
    }

    private static Verdict Of(ScriptAnswer answer, bool asWanted) => new(
        asWanted ? Outcome.Success : answer.Standing == ScriptStanding.Impossible ? Outcome.Impossible : Outcome.Failed, answer.Text);
}
