using Appliance.Core.Time;

namespace Appliance.Agent.Heartbeat;

/// <summary>
/// Watches that the decision loop turns. A node whose decisions stand still must not sound alive: after the bound the heartbeat falls
/// silent and the peer takes over. At half the bound the loop is woken, so that one that has nothing to do shows that it lives.
/// </summary>
internal sealed class LoopWatch(TimeSpan bound, Action wakeReader)
{
    private long _turns;
    private long _rounds;
    private long _seen;
    private Instant _seenAt;

    /// <summary>No progress for the bound.</summary>
    public bool IsStuck { get; private set; }

    /// <summary>Times it was found stuck.</summary>
    public long StuckCount { get; private set; }

    public TimeSpan Bound => bound;

    /// <summary>Turns of the decision loop. Any thread.</summary>
    public long Turns => Volatile.Read(ref _turns);

    /// <summary>Heartbeats that were due: rounds of the heartbeat thread. Any thread.</summary>
    public long Rounds => Volatile.Read(ref _rounds);

    /// <summary>Wakes the keeper of the links; set before the start.</summary>
    public Action WakeKeeper { get; set; } = static () => { };

    public void WakeReader() => wakeReader();

    /// <summary>The decision loop turned. Called by it.</summary>
    public void Turned() => Volatile.Write(ref _turns, _turns + 1);

    public void Begin(Instant now) => _seenAt = now;

    /// <summary>Called by the heartbeat thread at every heartbeat.</summary>
    public void Look(Instant now)
    {
        Volatile.Write(ref _rounds, _rounds + 1);
        var turns = Volatile.Read(ref _turns);
        if (turns != _seen) (_seen, _seenAt) = (turns, now);
        var still = now - _seenAt;
        if (still >= bound / 2) wakeReader();
        if (still >= bound && !IsStuck) StuckCount++;
        IsStuck = still >= bound;
    }
}
