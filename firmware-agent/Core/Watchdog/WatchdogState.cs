using System.Text.Json.Serialization;
using Appliance.Core.Time;

namespace Appliance.Core.Watchdog;

/// <summary>What the watchdog thread does.</summary>
[JsonConverter(typeof(EnumWord<WatchdogStanding>))]
public enum WatchdogStanding : byte
{
    /// <summary>Everything makes progress.</summary>
    Feeding,

    /// <summary>Something stands still: not fed until it goes on, or the watchdog bites.</summary>
    Withheld,

    /// <summary>A reset was ordered: never fed again.</summary>
    Biting,
}

/// <summary>How long each part may stand still.</summary>
/// <param name="Heartbeat">Without a round of the heartbeat thread.</param>
/// <param name="Decision">Without a turn of the decision loop.</param>
/// <param name="Disk">Without an answer of the disk probe; zero: the disk is not asked.</param>
public sealed record WatchdogBounds(TimeSpan Heartbeat, TimeSpan Decision, TimeSpan Disk);

/// <summary>What the parts have done so far, read at one moment.</summary>
/// <param name="HeartbeatRounds">Grows with every round of the heartbeat thread.</param>
/// <param name="DecisionTurns">Grows with every turn of the decision loop.</param>
/// <param name="DiskAnswers">Grows with every disk probe that came back. An error is an answer: a disk that is full or read-only would
/// be so after a reset too, and the node can say so and hand over; only a disk that hangs takes the node with it.</param>
/// <param name="ResetOrdered">This machine is to be reset (rule 8).</param>
public readonly record struct WatchdogProgress(
    long HeartbeatRounds, long DecisionTurns, long DiskAnswers, bool ResetOrdered = false);

/// <summary>Everything the machine knows.</summary>
/// <param name="Standing">What it does.</param>
/// <param name="Why">Why it does not feed, as a sentence; empty: it does.</param>
/// <param name="Last">The progress seen last.</param>
/// <param name="HeartbeatAt">When the heartbeat thread was seen to move last.</param>
/// <param name="DecisionAt">When the decision loop was.</param>
/// <param name="DiskAt">When the disk last answered, or was first asked.</param>
public sealed record WatchdogState(
    WatchdogStanding Standing, string Why, WatchdogProgress Last, Instant HeartbeatAt, Instant DecisionAt, Instant DiskAt);

/// <summary>What the thread must do.</summary>
public abstract record WatchdogEffect
{
    private WatchdogEffect()
    {
    }

    /// <summary>Keep the hardware quiet for another timeout.</summary>
    public sealed record Feed : WatchdogEffect;

    /// <summary>Begin a disk probe unless one is under way.</summary>
    public sealed record AskDisk : WatchdogEffect;

    /// <summary>The shortest timeout, and no more feeding.</summary>
    public sealed record BiteNow : WatchdogEffect;

    /// <summary>One thing worth telling a person, told once.</summary>
    /// <param name="Alarm">It will, or may, end in a reset.</param>
    public sealed record Tell(bool Alarm, string Text) : WatchdogEffect;
}
