using System.Collections.Immutable;
using Appliance.Core.Time;

namespace Appliance.Core.Watchdog;

/// <summary>Decides whether the hardware watchdog is fed: only while the parts that make a node useful prove progress.</summary>
public static class WatchdogMachine
{
    //            a part stands still for its bound
    //  Feeding ───────────────────────────────────▶ Withheld ──▶ (the hardware bites after its timeout)
    //     ▲ │                                          │ │
    //     │ │ a reset was ordered                      │ │ a reset was ordered
    //     │ └──────────────▶ Biting ◀──────────────────┼─┘
    //     └───────────── every part moves again ───────┘
    //
    // Feeding is the answer to proof, never to a clock alone: a part that is not seen to move is not fed for.

    public static WatchdogState Start(WatchdogProgress progress, Instant now) =>
        new(WatchdogStanding.Feeding, "", progress, now, now, now);

    /// <summary>One look, several in a timeout. Effects in the order in which they must be performed.</summary>
    public static (WatchdogState Next, ImmutableArray<WatchdogEffect> Effects) Step(
        WatchdogState state, WatchdogProgress progress, WatchdogBounds bounds, TimeSpan timeout, Instant now)
    {
        var next = Learn(state, progress, now);
        var effects = ImmutableArray.CreateBuilder<WatchdogEffect>(3);
        if (bounds.Disk > TimeSpan.Zero) effects.Add(new WatchdogEffect.AskDisk());
        if (state.Standing == WatchdogStanding.Biting) return (next, effects.ToImmutable());
        if (progress.ResetOrdered)
        {
            effects.Add(new WatchdogEffect.BiteNow());
            effects.Add(new WatchdogEffect.Tell(true, "a reset of this machine was ordered: the watchdog is not fed any more"));
            return (next with { Standing = WatchdogStanding.Biting, Why = "a reset was ordered" }, effects.ToImmutable());
        }

        var why = Standstill(next, bounds, now);
        if (why.Length == 0) effects.Add(new WatchdogEffect.Feed());
        if (Change(state, why, timeout) is { } tell) effects.Add(tell);
        return (next with { Standing = why.Length == 0 ? WatchdogStanding.Feeding : WatchdogStanding.Withheld, Why = why },
            effects.ToImmutable());
    }

    /// <summary>What a person is told of the boot status a device shows at start; null: nothing.</summary>
    /// <param name="lastBootBitten">The device says that it ended the last boot.</param>
    public static string? AfterBoot(bool lastBootBitten, string identity) => lastBootBitten
        ? $"the last boot was ended by the watchdog {identity}: the node hung or its disk did; what it withheld for is in the journal of "
            + "that boot (journalctl -b -1 -u appliance-agent)"
        : null;

    /// <summary>What is wrong with the timeout that the hardware really has; null: nothing. The configuration was checked with what it
    /// asks for; hardware rounds, or keeps its own.</summary>
    /// <param name="wanted">As configured.</param>
    /// <param name="found">As the hardware says.</param>
    /// <param name="deadtime">Silence that is death.</param>
    /// <param name="stopFailureBound">How long the peer of a node that resets itself waits.</param>
    public static string? TimeoutProblem(TimeSpan wanted, TimeSpan found, TimeSpan deadtime, TimeSpan stopFailureBound)
    {
        if (found == wanted) return null;
        var rounded = $"the watchdog has a timeout of {Seconds(found)} instead of {Seconds(wanted)}";
        if (found >= stopFailureBound)
            return $"{rounded}: that is not less than stop-failure-bound = {Seconds(stopFailureBound)}, so the peer could serve before a "
                + "node that cannot reset itself is off; raise stop-failure-bound";
        return found <= deadtime ? $"{rounded}: that is not more than deadtime = {Seconds(deadtime)}; lower deadtime" : null;
    }

    private static WatchdogState Learn(WatchdogState state, WatchdogProgress progress, Instant now) => state with
    {
        Last = progress,
        HeartbeatAt = progress.HeartbeatRounds != state.Last.HeartbeatRounds ? now : state.HeartbeatAt,
        DecisionAt = progress.DecisionTurns != state.Last.DecisionTurns ? now : state.DecisionAt,
        DiskAt = progress.DiskAnswers != state.Last.DiskAnswers ? now : state.DiskAt,
    };

    /// <summary>Empty, or which part stands still and since when. Reasons are worded without a figure that grows: each is told
    /// once.</summary>
    private static string Standstill(WatchdogState state, WatchdogBounds bounds, Instant now)
    {
        if (now - state.HeartbeatAt >= bounds.Heartbeat)
            return $"the heartbeat thread has not moved for {Seconds(bounds.Heartbeat)}";
        if (now - state.DecisionAt >= bounds.Decision)
            return $"the decision loop has not turned for {Seconds(bounds.Decision)}";
        return bounds.Disk == TimeSpan.Zero || now - state.DiskAt < bounds.Disk ? ""
            : $"the disk has not taken a small file for {Seconds(bounds.Disk)}";
    }

    private static WatchdogEffect.Tell? Change(WatchdogState before, string why, TimeSpan timeout)
    {
        if (why == before.Why) return null;
        return why.Length > 0
            ? new WatchdogEffect.Tell(true,
                $"the watchdog is not fed: {why}; it resets this machine within {Seconds(timeout)} unless that ends")
            : new WatchdogEffect.Tell(false, $"the watchdog is fed again (it was not: {before.Why})");
    }

    private static string Seconds(TimeSpan span) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.#} s");
}
