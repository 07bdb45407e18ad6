using System.Collections.Immutable;
using Appliance.Core.Time;

namespace Appliance.Core.Incidents;

/// <summary>
/// When a record is opened, written, completed and closed. What is in it is <see cref="IncidentAnalysis"/>'s. No clock, file or socket: the
/// same inputs give the same effects.
/// </summary>
public static class IncidentMachine
{
    //            role changed, service lost, the server fell silent, the peer tells of one
    //   Quiet ───────────────────────────────────────────────────────────────────────────▶ Open ─┐ news: kept again; a second
    //     ▲                                                                                │ ▲────┘ fault is part of it
    //     └──── redundancy complete for Settle, or Bound passed ───────────────────────────┘
    //           and a pending half for the record:  asked while the peer is heard ─▶ came, or GiveUpAfter passed

    /// <summary>Redundancy must have been complete for this long.</summary>
    public static readonly TimeSpan Settle = TimeSpan.FromSeconds(3);

    /// <summary>An incident does not last longer: what comes after is another one.</summary>
    public static readonly TimeSpan Bound = TimeSpan.FromHours(1);

    /// <summary>From news to the record on disk.</summary>
    public static readonly TimeSpan KeepPause = TimeSpan.FromSeconds(1);

    /// <summary>Between two questions to the peer while an incident is open. Shorter than <see cref="Settle"/>: the question also tells the
    /// peer that it is not over.</summary>
    public static readonly TimeSpan AskPause = TimeSpan.FromSeconds(2);

    /// <summary>The first pause after a question that was not answered.</summary>
    public static readonly TimeSpan FailedPause = TimeSpan.FromSeconds(10);

    /// <summary>From the end to the question for the whole half: the peer sees the end, too.</summary>
    public static readonly TimeSpan LastAskPause = TimeSpan.FromSeconds(2);

    /// <summary>Ceiling of the pause between questions.</summary>
    public static readonly TimeSpan AskPauseMax = TimeSpan.FromMinutes(10);

    /// <summary>A peer that is not back after this has nothing to tell any more.</summary>
    public static readonly TimeSpan GiveUpAfter = TimeSpan.FromDays(7);

    /// <summary>The peer's spans are told as ages, which are off by the time a question takes. Below <see cref="Settle"/>: what begins
    /// there so soon after our end began while we were still open.</summary>
    private static readonly TimeSpan Near = TimeSpan.FromMilliseconds(2500);

    /// <summary>Spans remembered; and records that may wait for the peer.</summary>
    public const int KnownMax = 32;

    /// <summary>One step.</summary>
    public static (IncidentState Next, ImmutableArray<IncidentEffect> Effects) Step(IncidentState state, IncidentInput input, Instant now)
    {
        var effects = ImmutableArray.CreateBuilder<IncidentEffect>();
        var next = input switch
        {
            IncidentInput.Began began => Begin(state, began, now),
            IncidentInput.Happened happened => Happen(state, happened, now, effects),
            IncidentInput.Look look => See(state, look, now),
            IncidentInput.PeerTold told => Hear(state, told, now, effects),
            IncidentInput.HalfCame came => state with { Pending = Without(state.Pending, came.Id) },
            IncidentInput.HalfFailed { Id: var id } when state.Open is { } open && open.Id == id =>
                state with { Open = open with { AskAt = now + FailedPause } },
            IncidentInput.HalfFailed failed => Later(state, failed.Id, now),
            IncidentInput.Tick => state,
            _ => throw new InvariantException($"{input} is not handled"),
        };
        next = Pass(next, now, effects);
        return (next, effects.ToImmutable());
    }

    /// <summary>When it wants to be stepped again at the latest; null: on news only.</summary>
    public static Instant? NextDeadline(IncidentState state)
    {
        Instant? next = null;
        if (state.Open is { } open)
        {
            next = Earlier(next, open.Begin + Bound);
            if (open.KeepAt is { } keep) next = Earlier(next, keep);
            if (open.WellSince is { } well) next = Earlier(next, well + Settle);
            if (state.PeerHeard) next = Earlier(next, open.AskAt);
        }

        foreach (var pending in state.Pending) next = Earlier(next, state.PeerHeard ? pending.NextTry : pending.GiveUpAt);
        return next;
    }

    private static IncidentState Begin(IncidentState state, IncidentInput.Began began, Instant now) => state with
    {
        Open = began.Open, Known = began.Known, Active = began.Active,
        Pending = [.. began.Waiting.Select(waiting => new PendingHalf(waiting.Id, now + LastAskPause, FailedPause, waiting.GiveUpAt))],
    };

    private static IncidentState Happen(
        IncidentState state, IncidentInput.Happened happened, Instant now, ImmutableArray<IncidentEffect>.Builder effects)
    {
        var line = happened.Event;
        var trouble = IsTrouble(state, line);
        if (line is { Kind: "role", Group: { } group })
            state = state with { Active = line.To == "Active" ? With(state.Active, group) : state.Active.Remove(group) };
        if (state.Open is { } open)
        {
            var well = trouble ? null : open.WellSince;
            return state with { Open = open with { WellSince = well, KeepAt = open.KeepAt ?? now + KeepPause } };
        }

        return trouble ? Open(state, happened.FreshId, happened.At, now, effects) : state;
    }

    private static ImmutableArray<string> With(ImmutableArray<string> groups, string group) =>
        groups.Contains(group) ? groups : groups.Add(group);

    /// <summary>A role changed, a serving group lost a resource, or the node that serves fell silent.</summary>
    private static bool IsTrouble(IncidentState state, IncidentEvent line) => line switch
    {
        // A node that starts says that it runs nothing: no trouble.
        { Kind: "role", Group: not null } => line.From == "Active" || line.To is "Activating" or "Active" or "Failed" or "Fencing",
        { Kind: "resource", From: "Started", Resource: not null, Group: { } group } => state.Active.Contains(group),
        { Kind: "peer", From: "Up" or "Late", To: "Dead" } => state.Active.IsEmpty,
        _ => false,
    };

    private static IncidentState Open(
        IncidentState state, string id, Instant begin, Instant now, ImmutableArray<IncidentEffect>.Builder effects)
    {
        effects.Add(new IncidentEffect.Make(id, begin));
        var known = state.Known.Add(new IncidentSpan(id, begin, null));
        if (known.Length > KnownMax) known = known.RemoveAt(0);
        return state with { Open = new OpenIncident(id, begin, null, now + KeepPause, now + KeepPause), Known = known };
    }

    /// <summary>
    /// Its incident is ours if it was before, or if both lasted at the same time. As long as not all is well there, it is not over here.
    /// </summary>
    private static IncidentState Hear(
        IncidentState state, IncidentInput.PeerTold told, Instant now, ImmutableArray<IncidentEffect>.Builder effects)
    {
        var at = Find(state, told, now);
        if (at < 0)
        {
            state = Open(state, told.FreshId, told.Begin, now, effects);
            at = state.Known.Length - 1;
        }

        var span = state.Known[at];
        if (span.PeerId.Length == 0) state = state with { Known = state.Known.SetItem(at, span with { PeerId = told.PeerId }) };
        if (told.End is not null || state.Open is not { } open || open.Id != span.Id) return state;
        return state with { Open = open with { WellSince = null } };
    }

    /// <summary>Which of the known spans the peer means; -1: none. By the name of its record, for ages are off by the time a question
    /// takes.</summary>
    private static int Find(IncidentState state, IncidentInput.PeerTold told, Instant now)
    {
        for (var number = 0; number < state.Known.Length; number++)
            if (state.Known[number].PeerId == told.PeerId) return number;
        for (var number = state.Known.Length - 1; number >= 0; number--)
        {
            var span = state.Known[number];
            var overlaps = told.Begin <= (span.End ?? now) + Near && (told.End ?? now) >= span.Begin - Near;
            if (overlaps || state.Open?.Id == span.Id) return number;
        }

        return -1;
    }

    private static IncidentState See(IncidentState state, IncidentInput.Look look, Instant now)
    {
        var open = state.Open;
        if (open is not null) open = open with { WellSince = look.Redundant ? open.WellSince ?? now : null };
        return state with { Open = open, PeerHeard = look.PeerHeard };
    }

    private static ImmutableArray<PendingHalf> Without(ImmutableArray<PendingHalf> pending, string id) =>
        [.. pending.Where(one => one.Id != id)];

    private static IncidentState Later(IncidentState state, string id, Instant now)
    {
        var pending = ImmutableArray.CreateBuilder<PendingHalf>(state.Pending.Length);
        foreach (var one in state.Pending)
        {
            var pause = one.Pause * 2 < AskPauseMax ? one.Pause * 2 : AskPauseMax;
            pending.Add(one.Id == id ? one with { NextTry = now + one.Pause, Pause = pause } : one);
        }

        return state with { Pending = pending.ToImmutable() };
    }

    private static IncidentState Pass(IncidentState state, Instant now, ImmutableArray<IncidentEffect>.Builder effects)
    {
        if (state.Open is { } open) state = PassOpen(state, open, now, effects);
        foreach (var pending in state.Pending)
        {
            if (now >= pending.GiveUpAt)
            {
                effects.Add(new IncidentEffect.GiveUp(pending.Id));
                state = state with { Pending = Without(state.Pending, pending.Id) };
            }
            else if (state.PeerHeard && now >= pending.NextTry)
            {
                effects.Add(new IncidentEffect.Ask(pending.Id, null));
                // Until the answer: one question at a time.
                state = Later(state, pending.Id, now);
            }
        }

        return state;
    }

    private static IncidentState PassOpen(
        IncidentState state, OpenIncident open, Instant now, ImmutableArray<IncidentEffect>.Builder effects)
    {
        var complete = open.WellSince is { } well && now - well >= Settle;
        if (complete || now - open.Begin >= Bound)
        {
            var end = complete ? open.WellSince!.Value : now;
            effects.Add(new IncidentEffect.Close(open.Id, end, complete));
            var pending = state.Pending.Add(new PendingHalf(open.Id, now + LastAskPause, FailedPause, now + GiveUpAfter));
            if (pending.Length > KnownMax)
            {
                effects.Add(new IncidentEffect.GiveUp(pending[0].Id));
                pending = pending.RemoveAt(0);
            }

            var known = state.Known;
            for (var number = 0; number < known.Length; number++)
                if (known[number].Id == open.Id) known = known.SetItem(number, known[number] with { End = end });
            return state with { Open = null, Pending = pending, Known = known };
        }

        if (open.KeepAt is { } keep && now >= keep)
        {
            effects.Add(new IncidentEffect.Keep(open.Id));
            open = open with { KeepAt = null };
        }

        if (state.PeerHeard && now >= open.AskAt)
        {
            effects.Add(new IncidentEffect.Ask(open.Id, open.WellSince));
            open = open with { AskAt = now + AskPause };
        }

        return state with { Open = open };
    }

    private static Instant? Earlier(Instant? left, Instant right) => left is { } one && one < right ? one : right;
}
