using Appliance.Agent.Journal;
using Appliance.Agent.Status;

namespace Appliance.Agent.Drills;

/// <summary>What a drill sees of the pair, from one node.</summary>
public interface IDrilledPair
{
    /// <summary>Milliseconds since 1970; does not jump while the drill lasts.</summary>
    long NowMs { get; }

    /// <summary>Whoever began the drill wants it to end.</summary>
    bool IsInterrupted { get; }

    /// <summary>The node's status now; null and why not.</summary>
    StatusView? Status(out string error);

    /// <summary>Its events with a larger serial, oldest first; null: it does not answer.</summary>
    IReadOnlyList<EventView>? Events(long since);

    /// <summary>Waits a little.</summary>
    void Pause();
}
