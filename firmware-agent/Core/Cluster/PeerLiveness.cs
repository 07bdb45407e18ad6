using System.Collections.Immutable;
using Appliance.Core.Configuration;
using Appliance.Core.Time;

namespace Appliance.Core.Cluster;

/// <summary>What we know of one link.</summary>
/// <param name="State">Derived from the silence.</param>
/// <param name="HeardAt">When the peer was last heard on it; null: never.</param>
/// <param name="Usable">Its interface or device is there.</param>
/// <param name="Reason">Why it is not usable, else empty.</param>
public sealed record LinkView(LinkState State, Instant? HeardAt, bool Usable, string Reason);

/// <summary>Hears the peer on every link and judges its silence. Rule 5: death needs silence on all media for deadtime.</summary>
/// <param name="Links">By link number.</param>
/// <param name="State">From all links together.</param>
/// <param name="HeardAt">Newest of all links; null: never.</param>
/// <param name="Last">The newest facts, meaningful once <paramref name="HeardAt"/> is set.</param>
/// <param name="Fresh">The newest facts prove that they were said after something we said.</param>
public sealed record PeerLiveness(ImmutableArray<LinkView> Links, PeerState State, Instant? HeardAt, Heartbeat Last, bool Fresh)
{
    //             heard                    silent > warntime         silent > deadtime
    //  Unknown ───────────▶ Up ─────────────────────────▶ Late ─────────────────────────▶ Dead
    //     │                 ▲ ◀──────────── heard ───────────┘                            │ │
    //     │ initdead passed │ ◀───────────────────────── heard ───────────────────────────┘ │
    //     └─────────────────┼──────────────────────────────────────────────────────────────▶│
    //                       │ heard again (a later incarnation)      goodbye, proven fresh
    //                       └────────────────────────────── Left ◀───────────── Up, Late

    /// <summary>Before anything was heard.</summary>
    public static PeerLiveness Start(int links) =>
        new([.. Selection.Repeat(new LinkView(LinkState.Unknown, null, true, ""), links)], PeerState.Unknown, null, default, false);

    /// <summary>The peer answered something we said since we started. Before that we may have heard recordings only.</summary>
    public bool Proven { get; init; }

    /// <summary>The peer speaks to us: heard within deadtime and not gone.</summary>
    public bool Alive => State is PeerState.Up or PeerState.Late;

    /// <summary>It was heard at least once since we started.</summary>
    public bool Known => HeardAt is not null;

    /// <summary>The peer hears us on no link at all: it cannot know what we say.</summary>
    public bool Deaf => Alive && Last.LinksHeard == 0;

    /// <summary>A heartbeat arrived.</summary>
    public PeerLiveness Hear(Event.Heard heard)
    {
        var link = Links[heard.Link];
        var at = link.HeardAt is { } before ? Instant.Later(before, heard.At) : heard.At;
        var next = this with
        {
            Links = Links.SetItem(heard.Link, link with { HeardAt = at, Usable = true, Reason = "" }),
            HeardAt = HeardAt is { } any ? Instant.Later(any, heard.At) : heard.At,
        };
        return IsNewer(heard.Heartbeat) ? next.Learn(heard) : next;
    }

    private bool IsNewer(in Heartbeat heartbeat) =>
        !Known || heartbeat.Incarnation != Last.Incarnation || heartbeat.Sequence > Last.Sequence;

    private PeerLiveness Learn(Event.Heard heard)
    {
        // A goodbye that may be a recording is worth nothing: silence will show whether it is true.
        var leaves = heard.Heartbeat.Flags.HasFlag(NodeFlags.Goodbye) && heard.Fresh;
        return this with { Last = heard.Heartbeat, Fresh = heard.Fresh, Proven = Proven || heard.Fresh, State = leaves ? PeerState.Left
            : PeerState.Up };
    }

    /// <summary>An interface or device came or went.</summary>
    public PeerLiveness Usable(Event.LinkUsable change) =>
        this with { Links = Links.SetItem(change.Link, Links[change.Link] with { Usable = change.Usable, Reason = change.Reason }) };

    /// <summary>Judges the silence at <paramref name="now"/>. Silence before <paramref name="deafUntil"/> was our own deafness and does
    /// not count (rule 6).</summary>
    public PeerLiveness Judge(HeartbeatConfig timing, Instant started, Instant deafUntil, Instant now) =>
        this with
        {
            Links = [.. Links.Select(link => link with { State = LinkAt(link, timing, deafUntil, now) })],
            State = PeerAt(timing, started, deafUntil, now),
        };

    private static LinkState LinkAt(LinkView link, HeartbeatConfig timing, Instant deafUntil, Instant now)
    {
        if (!link.Usable) return LinkState.Down;
        if (link.HeardAt is not { } heard) return now - deafUntil >= timing.Initdead ? LinkState.Down : LinkState.Unknown;
        var silence = now - Instant.Later(heard, deafUntil);
        return silence >= timing.Deadtime ? LinkState.Down : silence >= timing.Warntime ? LinkState.Late : LinkState.Up;
    }

    private PeerState PeerAt(HeartbeatConfig timing, Instant started, Instant deafUntil, Instant now)
    {
        if (State == PeerState.Left) return PeerState.Left;
        // Initdead is time to be heard in: while we did not run nobody could be.
        var listening = now - Instant.Later(started, deafUntil);
        if (HeardAt is not { } heard) return listening >= timing.Initdead ? PeerState.Dead : PeerState.Unknown;
        var silence = now - Instant.Later(heard, deafUntil);
        if (silence < timing.Warntime) return State == PeerState.Dead && heard < deafUntil ? PeerState.Dead : PeerState.Up;
        if (silence < timing.Deadtime) return State == PeerState.Dead ? PeerState.Dead : PeerState.Late;

        // Old frames played back to a node that has just started must not shorten initdead.
        return Proven || listening >= timing.Initdead ? PeerState.Dead : PeerState.Unknown;
    }
}
