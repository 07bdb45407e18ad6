using System.Collections.Immutable;
using System.Globalization;
using Appliance.Core.Time;

namespace Appliance.Core.Lines;

/// <summary>
/// Decides what a failover relay is told. It brings the lines to this node only while a lease of the largest term seen is valid;
/// everything else, and above all silence, gives them to the other node. No clock, device or thread.
/// </summary>
public static class LineKeeper
{
    //              lease, dwell is over                   answer: own
    //   Away ───────────────────────────▶ Taking (Set own) ──────────▶ Own ◀─┐ look: own
    //    ▲ ▲ │ look: away                   │                         │   └──┘
    //    │ └─┘                              │ lease over, dropped, held, stopping: at once, an order under way is abandoned
    //    │  answer: away                    ▼                         │
    //    └──────────────────────── Releasing (Set away) ◀────────────┘
    //   any ── problem, or another position than told ──▶ Set again: away at once, else after RetryPause; own after dwell as always
    //   A shared switch has no Releasing: without a lease it is only looked at.

    /// <summary>One event in, the next state and what to do out.</summary>
    public static (KeeperState Next, ImmutableArray<KeeperEffect> Effects) Step(KeeperState state, KeeperEvent input, Instant now)
    {
        var effects = ImmutableArray.CreateBuilder<KeeperEffect>();
        var before = Wanted(state);
        var (next, cause) = Learn(state, input, now, effects);
        next = Expire(next, now, ref cause);
        if (Wanted(next) != before || input is KeeperEvent.Started)
            next = next with { WantedSince = now, Cause = cause, Told = IsSettled(next) };
        next = Confirm(next, now, effects);
        return (Decide(next, now, effects), effects.ToImmutable());
    }

    /// <summary>Where the lines shall be; null: no opinion, the other node may have them.</summary>
    public static LinePosition? Wanted(KeeperState state)
    {
        if (state.Stopping) return state.Settings.Shared ? null : state.Settings.Away;
        if (state.Hold is { } hold) return hold.Position;
        if (state.Lease is not null) return state.Settings.Own;
        return state.Settings.Shared ? null : state.Settings.Away;
    }

    /// <summary>Why what is asked for will not be done, in words; null: it will. Asked before the event is fed.</summary>
    public static string? Refusal(KeeperState state, KeeperEvent asked, Instant now) => asked switch
    {
        KeeperEvent.Granted or KeeperEvent.Held when state.Stopping => "the keeper is ending",
        KeeperEvent.Granted granted when Bad(granted.Length) => Bounds,
        KeeperEvent.Granted granted when granted.Term < state.Term =>
            $"term {granted.Term} is older than {state.Term}, which had the lines",
        KeeperEvent.Granted when state.Hold is { } hold && hold.Position != state.Settings.Own && now < hold.Until =>
            $"an operator keeps the lines away from this node for another {Seconds(hold.Until - now)}",
        KeeperEvent.Granted { Renewal: true } when state.Lease is not { } lease || now >= lease.Until =>
            "the lease has run out and the lines were let go",
        KeeperEvent.Held held when Bad(held.Length) => Bounds,
        KeeperEvent.Held { Maintenance: false } held when held.Position == state.Settings.Own && state.Lease is { } lease =>
            $"a group has the lines (term {lease.Term}): begin a maintenance first",
        _ => null,
    };

    /// <summary>When <see cref="KeeperEvent.Tick"/> is due at the latest.</summary>
    public static Instant NextDeadline(KeeperState state)
    {
        var next = NextOrder(state);
        if (state.Lease is { } lease) next = Sooner(next, lease.Until);
        return state.Hold is { } hold ? Sooner(next, hold.Until) : next;
    }

    private static Instant NextOrder(KeeperState state)
    {
        if (state.Busy is { } busy) return busy.HangTold ? Instant.Boot + TimeSpan.MaxValue / 2 : busy.Since + KeeperSettings.HangAfter;
        if (Wanted(state) != state.Settings.Own || state.IsAt(state.Settings.Own)) return state.LookAt;
        var dwelt = state.MovedAt is { } moved ? moved + state.Settings.Dwell : Instant.Boot;
        return state.Problem.Length > 0 ? Instant.Later(dwelt, state.LookAt) : dwelt;
    }

    private static bool IsSettled(KeeperState state) => Wanted(state) is not { } wanted || (state.IsAt(wanted) && state.Busy is null);

    private static string Bounds => $"expected a length of more than nothing and at most {KeeperSettings.LengthMax.TotalHours:0} hours";

    private static bool Bad(TimeSpan length) => length <= TimeSpan.Zero || length > KeeperSettings.LengthMax;

    private static Instant Sooner(Instant left, Instant right) => left < right ? left : right;

    private static (KeeperState Next, string Cause) Learn(
        KeeperState state, KeeperEvent input, Instant now, ImmutableArray<KeeperEffect>.Builder effects)
    {
        if (input is not (KeeperEvent.Answered or KeeperEvent.Tick) && Refusal(state, input, now) is { } refusal)
        {
            effects.Add(new KeeperEffect.Tell(false, $"refused: {refusal}"));
            return (state, "");
        }

        switch (input)
        {
            case KeeperEvent.Started:
                return (state with { LookAt = now }, "the keeper starts");
            case KeeperEvent.Granted granted:
                return (state with { Lease = new LineLease(granted.Term, now + granted.Length), Term = granted.Term },
                    $"lease of term {granted.Term}");
            case KeeperEvent.Dropped:
                return (state with { Lease = null }, "the agent let them go");
            case KeeperEvent.ClientGone:
                if (state.Lease is { } lease && lease.Until > now)
                    effects.Add(new KeeperEffect.Tell(
                        false, $"the agent is gone: the lines are let go in {Seconds(lease.Until - now)} unless it returns"));
                return (state, "");
            case KeeperEvent.Answered answer:
                return (Take(state, answer, now, effects), "");
            case KeeperEvent.Held held:
                return (state with { Hold = new LineHold(held.Position, now + held.Length) }, "an operator's order");
            case KeeperEvent.HoldEnded:
                return (state with { Hold = null }, "an operator ended the hold");
            case KeeperEvent.Stopping:
                return (state with { Stopping = true, Lease = null, Hold = null }, "the keeper ends");
            default:
                return (state, "");
        }
    }

    private static KeeperState Expire(KeeperState state, Instant now, ref string cause)
    {
        if (state.Lease is { } lease && now >= lease.Until)
        {
            cause = $"the lease of term {lease.Term} ran out: the agent is dead, hangs, or was stopped";
            state = state with { Lease = null };
        }

        if (state.Hold is not { } hold || now < hold.Until) return state;
        cause = "an operator's hold is over";
        return state with { Hold = null };
    }

    private static KeeperState Take(
        KeeperState state, KeeperEvent.Answered answer, Instant now, ImmutableArray<KeeperEffect>.Builder effects)
    {
        if (state.Busy is not { } busy || busy.Id != answer.Id) return state; // Of an order that nobody waits for.
        var hung = busy.HangTold;
        state = state with { Busy = null };
        var moves = busy.Order != RelayOrder.Read;
        if (answer.Problem.Length > 0)
        {
            // What an abandoned order leaves behind is not known, and not the relay's fault.
            if (!busy.Abandoned && state.Problem != answer.Problem) effects.Add(new KeeperEffect.Tell(true, answer.Problem));
            if (state.Told) state = state with { Told = false, WantedSince = now, Cause = "the relay was out of reach" };
            return state with
            {
                Found = LinePosition.Unknown,
                Problem = answer.Problem,
                MovedAt = moves ? now : state.MovedAt,
                LookAt = busy.Abandoned ? now : now + KeeperSettings.RetryPause,
            };
        }

        if (hung || state.Problem.Length > 0) effects.Add(new KeeperEffect.Tell(false, "the relay answers again"));
        var found = answer.Confirmed ? answer.Found : moves ? busy.Position : state.Found;
        var fault = moves && found != busy.Position ? $"it was told {busy.Position} and reads back {found}" : "";
        if (fault.Length > 0 && state.Problem != fault) effects.Add(new KeeperEffect.Tell(true, fault));
        if (!moves && Wanted(state) is { } wanted && state.Found == wanted && found != wanted)
        {
            effects.Add(new KeeperEffect.Tell(true, $"it was at {wanted} and is found at {found}: somebody moved it, or it lost power"));
            state = state with { Told = false, WantedSince = now, Cause = "it was found elsewhere" };
        }

        var moved = state.Found != found && (moves || state.Found != LinePosition.Unknown);
        return state with
        {
            Found = found,
            ReadsBack = answer.Confirmed,
            Problem = fault,
            MovedAt = moved ? now : state.MovedAt,
            LookAt = now + (fault.Length > 0 ? KeeperSettings.RetryPause
                : answer.Confirmed ? KeeperSettings.LookEvery : KeeperSettings.RepeatEvery),
        };
    }

    /// <summary>One line a switch, with its cause and how long it took.</summary>
    private static KeeperState Confirm(KeeperState state, Instant now, ImmutableArray<KeeperEffect>.Builder effects)
    {
        if (state.Told || state.Busy is not null || Wanted(state) is not { } wanted || !state.IsAt(wanted)) return state;
        var took = (now - state.WantedSince).TotalMilliseconds;
        var place = wanted == state.Settings.Own ? "this node" : "the other node";
        var text = string.Create(CultureInfo.InvariantCulture,
            $"the lines are at {place} ({wanted}{(state.ReadsBack ? ", read back" : "")}) after {took:0} ms: {state.Cause}");
        effects.Add(new KeeperEffect.Tell(false, text));
        return state with { Told = true, LastMs = took, LastSwitch = text };
    }

    private static KeeperState Decide(KeeperState state, Instant now, ImmutableArray<KeeperEffect>.Builder effects)
    {
        var wanted = Wanted(state);
        if (state.Busy is { } busy) return Wait(state, busy, wanted, now, effects);
        if (state.LookAt > now && wanted is not { } && state.LastId > 0) return state;
        if (wanted is not { } position) return Ask(state, RelayOrder.Read, LinePosition.Unknown, now, effects);
        if (state.LastId == 0 && !state.Settings.Shared) return Ask(state, RelayOrder.Reset, position, now, effects);
        if (state.IsAt(position))
        {
            if (now < state.LookAt) return state;
            return Ask(state, state.ReadsBack ? RelayOrder.Read : RelayOrder.Set, position, now, effects);
        }

        if (position == state.Settings.Own)
        {
            var isDwelling = state.MovedAt is { } moved && now < moved + state.Settings.Dwell;
            return isDwelling || (state.Problem.Length > 0 && now < state.LookAt) ? state
                : Ask(state, RelayOrder.Set, position, now, effects);
        }

        // Letting go waits for nothing but the pause after an order that said the same and failed.
        var isRepetition = state.Problem.Length > 0 && state.LastSet == position && now < state.LookAt;
        return isRepetition ? state : Ask(state, RelayOrder.Set, position, now, effects);
    }

    /// <summary>An order is under way. One that stands in the way of letting go is abandoned.</summary>
    private static KeeperState Wait(
        KeeperState state, OrderUnderWay busy, LinePosition? wanted, Instant now, ImmutableArray<KeeperEffect>.Builder effects)
    {
        var isInTheWay = wanted == state.Settings.Away && busy.Order != RelayOrder.Reset && busy.Position != wanted
            && !(busy.Order == RelayOrder.Read && state.IsAt(wanted.Value));
        if (isInTheWay && !busy.Abandoned)
        {
            effects.Add(new KeeperEffect.Abandon(busy.Id));
            busy = busy with { Abandoned = true };
        }

        if (!busy.HangTold && now - busy.Since >= KeeperSettings.HangAfter)
        {
            effects.Add(new KeeperEffect.Tell(
                true, $"the relay hangs: it was told {Words(busy)} {Seconds(now - busy.Since)} ago and has not answered"));
            busy = busy with { HangTold = true };
        }

        return state with { Busy = busy };
    }

    private static KeeperState Ask(
        KeeperState state, RelayOrder order, LinePosition position, Instant now, ImmutableArray<KeeperEffect>.Builder effects)
    {
        var id = state.LastId + 1;
        effects.Add(new KeeperEffect.Ask(id, order, position));
        var moves = order != RelayOrder.Read && !state.IsAt(position);
        return state with
        {
            LastId = id,
            LastSet = order == RelayOrder.Read ? state.LastSet : position,
            MovedAt = moves ? now : state.MovedAt,
            Busy = new OrderUnderWay(id, order, position, now, Abandoned: false, HangTold: false),
        };
    }

    private static string Words(OrderUnderWay busy) => busy.Order == RelayOrder.Read ? "to say its position" : $"{busy.Position}";

    private static string Seconds(TimeSpan span) => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.0} s");
}
