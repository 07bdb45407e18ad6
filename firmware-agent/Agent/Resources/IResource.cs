using Appliance.Core.Resources;

namespace Appliance.Agent.Resources;

/// <summary>How an operation ended, with words for people.</summary>
public readonly record struct Verdict(Outcome Outcome, string Text)
{
    public static Verdict Done(string text) => new(Outcome.Success, text);

    public static Verdict Failed(string text) => new(Outcome.Failed, text);
}

/// <summary>
/// One resource of whatever kind. Operations block the calling worker, one at a time, and return soon after
/// <c>abandon</c> is cancelled (deadline, or another operation that overtakes).
/// </summary>
public interface IResource : IDisposable
{
    /// <summary>The kind says nothing by itself: it has to be asked with <see cref="Monitor"/> now and then.</summary>
    bool IsPolled { get; }

    Verdict Start(CancellationToken abandon);

    Verdict Stop(CancellationToken abandon);

    Verdict Kill(CancellationToken abandon);

    /// <summary>Is it running now? A running one is taken over (an address is announced again, for instance).</summary>
    Verdict Monitor(CancellationToken abandon);

    /// <summary>What a start that is under way says of itself. While that changes it is not given up: a database that recovers from a
    /// crash must not be killed for it. Empty: nothing.</summary>
    string Progress() => "";

    /// <summary>Notes how a process that hangs stands before it is killed; where that was noted, in words. Empty: nothing was.</summary>
    string Capture(CancellationToken abandon) => "";

    /// <summary>From now on trouble is told to <paramref name="failed"/>, from any thread; null: to nobody.</summary>
    void Watch(Action<string>? failed);
}
