using System.Collections.Immutable;
using System.Globalization;
using Appliance.Core.Time;

namespace Appliance.Core.Alerts;

/// <summary>News that was told and may repeat.</summary>
/// <param name="Until">It is not told again before.</param>
/// <param name="Count">How often it came meanwhile.</param>
/// <param name="Last">The latest of these.</param>
public sealed record AlertRepeat(Instant Until, int Count, AlertLine Last);

/// <summary>One receiver of alerts.</summary>
/// <param name="Seen">Serial of the last event that was looked at.</param>
public sealed record AlertState(long Seen)
{
    /// <summary>Lines that nobody has taken yet, oldest first.</summary>
    public ImmutableArray<AlertLine> Waiting { get; init; } = [];

    public ImmutableSortedDictionary<string, AlertRepeat> Recent { get; init; } =
        ImmutableSortedDictionary.Create<string, AlertRepeat>(StringComparer.Ordinal);

    /// <summary>When the lines go out; null: none waits.</summary>
    public Instant? Due { get; init; }

    /// <summary>How many of the first lines are on their way; 0: no message is.</summary>
    public int Sending { get; init; }

    /// <summary>Events that had no room since the last message that was taken.</summary>
    public long Dropped { get; init; }

    /// <summary>Tries in a row that failed.</summary>
    public int Failures { get; init; }

    /// <summary>Why the last try failed; empty: it did not.</summary>
    public string Problem { get; init; } = "";
}

/// <summary>What happens to a receiver.</summary>
public abstract record AlertEvent
{
    /// <summary>An event of this node.</summary>
    public sealed record News(AlertLine Line) : AlertEvent;

    /// <summary>Events that are not kept any more came before the next one.</summary>
    public sealed record Missed(long Count) : AlertEvent;

    public sealed record Tick : AlertEvent;

    /// <summary>The message was taken.</summary>
    public sealed record Delivered : AlertEvent;

    /// <summary>It was not, and why.</summary>
    public sealed record Failed(string Why) : AlertEvent;
}

/// <summary>What is to be done.</summary>
public abstract record AlertEffect
{
    /// <summary>Try to deliver these lines; answer with Delivered or Failed.</summary>
    public sealed record Send(ImmutableArray<AlertLine> Lines, long Dropped) : AlertEffect;

    /// <summary>After a restart of the node go on behind this event.</summary>
    public sealed record Remember(long Serial) : AlertEffect;

    /// <summary>For the journal: delivery began to fail, or works again.</summary>
    public sealed record Complain(string Text) : AlertEffect;
}

/// <summary>
/// Decides what a receiver of alerts is told, and when. Nothing is told twice within <see cref="AlertSettings.Quiet"/>; a message that
/// nobody takes is tried again with what came meanwhile.
/// </summary>
public static class AlertMachine
{
    /*
       idle ──News──▶ gathering ──Due──▶ sending ──Delivered──▶ idle, or gathering when more has come
                          ▲                 │
                          └── Due later ────┴─Failed (backoff 5 s … 5 min)
    */
    public static (AlertState Next, ImmutableArray<AlertEffect> Effects) Step(
        AlertState state, AlertSettings settings, AlertEvent input, Instant now) => input switch
    {
        AlertEvent.News news => (Hear(state with { Seen = news.Line.Serial }, settings, news.Line, now), []),
        AlertEvent.Missed missed => (state with { Dropped = state.Dropped + missed.Count }, []),
        AlertEvent.Tick => Tick(Repeats(state, settings, now), settings, now),
        AlertEvent.Delivered => Delivered(state, settings, now),
        AlertEvent.Failed failed => Failed(state, failed.Why, now),
        _ => throw new InvariantException($"{input} is not handled"),
    };

    /// <summary>When the machine wants a Tick; null: not by itself.</summary>
    public static Instant? NextDeadline(AlertState state)
    {
        var next = state.Sending == 0 ? state.Due : null;
        foreach (var repeat in state.Recent.Values)
            if (repeat.Count > 0 && (next is null || repeat.Until < next)) next = repeat.Until;
        return next;
    }

    private static AlertState Hear(AlertState state, AlertSettings settings, AlertLine line, Instant now)
    {
        if (!settings.Kinds.Contains(line.Kind)) return state;
        var key = line.Key;
        if (state.Recent.TryGetValue(key, out var told) && told.Until > now)
            return state with { Recent = state.Recent.SetItem(key, told with { Count = told.Count + 1, Last = line }) };
        var recent = state.Recent.SetItem(key, new AlertRepeat(now + settings.Quiet, 0, line));
        if (recent.Count > AlertSettings.RecentMax) recent = recent.Remove(Oldest(recent));
        return Wait(state with { Recent = recent }, line, now + settings.Gather);
    }

    private static string Oldest(ImmutableSortedDictionary<string, AlertRepeat> recent)
    {
        var (oldest, until) = ("", default(Instant?));
        foreach (var (key, repeat) in recent)
            if (until is null || repeat.Until < until) (oldest, until) = (key, repeat.Until);
        return oldest;
    }

    /// <summary>A line on its way is never the one that has no room.</summary>
    private static AlertState Wait(AlertState state, AlertLine line, Instant due)
    {
        var waiting = state.Waiting.Add(line);
        var dropped = state.Dropped;
        if (waiting.Length > AlertSettings.WaitingMax) (waiting, dropped) = (waiting.RemoveAt(state.Sending), dropped + 1);
        return state with { Waiting = waiting, Dropped = dropped, Due = state.Due ?? due };
    }

    /// <summary>Tells how often a quieted event came, once its time is over, and forgets what did not come again.</summary>
    private static AlertState Repeats(AlertState state, AlertSettings settings, Instant now)
    {
        foreach (var (key, repeat) in state.Recent)
        {
            if (repeat.Until > now) continue;
            if (repeat.Count == 0)
            {
                state = state with { Recent = state.Recent.Remove(key) };
                continue;
            }

            var text = repeat.Count == 1
                ? $"once more: {repeat.Last.Text}"
                : string.Create(CultureInfo.InvariantCulture, $"{repeat.Count} times more, the last time: {repeat.Last.Text}");
            state = Wait(
                state with { Recent = state.Recent.SetItem(key, repeat with { Until = now + settings.Quiet, Count = 0 }) },
                repeat.Last with { Text = text }, now);
        }

        return state;
    }

    private static (AlertState, ImmutableArray<AlertEffect>) Tick(AlertState state, AlertSettings settings, Instant now)
    {
        if (state.Sending > 0 || state.Waiting.IsEmpty || state.Due is not { } due || due > now) return (state, []);
        var lines = state.Waiting[..Math.Min(state.Waiting.Length, settings.LinesMax)];
        return (state with { Sending = lines.Length }, [new AlertEffect.Send(lines, state.Dropped)]);
    }

    private static (AlertState, ImmutableArray<AlertEffect>) Delivered(AlertState state, AlertSettings settings, Instant now)
    {
        Invariant.Check(state.Sending > 0);
        var sent = state.Waiting[state.Sending - 1].Serial;
        var left = state.Waiting.RemoveRange(0, state.Sending);
        // What is kept for a repeat only was told before; what waits still has later serials.
        var remember = left.IsEmpty ? state.Seen : sent;
        ImmutableArray<AlertEffect> effects = [new AlertEffect.Remember(remember)];
        if (state.Failures > 0) effects = effects.Add(new AlertEffect.Complain("is delivered again"));
        return (
            state with
            {
                Waiting = left, Sending = 0, Dropped = 0, Failures = 0, Problem = "", Due = left.IsEmpty ? null : now + settings.Gather,
            }, effects);
    }

    private static (AlertState, ImmutableArray<AlertEffect>) Failed(AlertState state, string why, Instant now)
    {
        Invariant.Check(state.Sending > 0);
        var failures = state.Failures + 1;
        ImmutableArray<AlertEffect> effects = state.Failures == 0
            ? [new AlertEffect.Complain($"is not delivered, and is tried again: {why}")] : [];
        return (state with { Sending = 0, Failures = failures, Problem = why, Due = now + AlertSettings.Backoff(failures) }, effects);
    }
}
