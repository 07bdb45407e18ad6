using System.Collections.Immutable;
using Appliance.Core.Time;

namespace Appliance.Core.Incidents;

/// <summary>The incident that is open.</summary>
/// <param name="Id">Of its record.</param>
/// <param name="Begin">When the first trouble was seen.</param>
/// <param name="WellSince">Since when redundancy is complete; null: it is not.</param>
/// <param name="KeepAt">When the record is written again because there is news; null: there is none.</param>
/// <param name="AskAt">When the peer is asked next.</param>
public sealed record OpenIncident(string Id, Instant Begin, Instant? WellSince, Instant? KeepAt, Instant AskAt);

/// <summary>A record whose peer has not told its events yet.</summary>
/// <param name="Id">Of the record.</param>
/// <param name="NextTry">When it is asked next, if it is heard.</param>
/// <param name="Pause">Before the try after that.</param>
/// <param name="GiveUpAt">After this nobody asks any more.</param>
public sealed record PendingHalf(string Id, Instant NextTry, TimeSpan Pause, Instant GiveUpAt);

/// <summary>The span of an incident that is known here.</summary>
/// <param name="End">Null: open.</param>
/// <param name="PeerId">The peer's record of it; empty: it has not asked yet.</param>
public sealed record IncidentSpan(string Id, Instant Begin, Instant? End, string PeerId = "");

/// <summary>Everything the incidents of a node consist of. A value.</summary>
/// <param name="Open">Null: quiet.</param>
/// <param name="Pending">Records that wait for the peer, oldest first.</param>
/// <param name="Known">The last spans, oldest first: what the peer tells of them opens no second record.</param>
/// <param name="Active">Groups that this node serves.</param>
/// <param name="PeerHeard">The peer speaks to us.</param>
public sealed record IncidentState(
    OpenIncident? Open, ImmutableArray<PendingHalf> Pending, ImmutableArray<IncidentSpan> Known, ImmutableArray<string> Active,
    bool PeerHeard)
{
    /// <summary>Nothing has happened.</summary>
    public static IncidentState Quiet { get; } = new(null, [], [], [], false);
}

/// <summary>What can happen to the incidents of a node.</summary>
public abstract record IncidentInput
{
    private IncidentInput()
    {
    }

    /// <summary>The agent started and found these records: one may be open, some may wait for the peer.</summary>
    /// <param name="Open">Null: none was left open.</param>
    /// <param name="Waiting">Records without the peer's half, with the moment when it is given up.</param>
    /// <param name="Active">Groups that this node serves or takes back.</param>
    public sealed record Began(
        OpenIncident? Open, ImmutableArray<(string Id, Instant GiveUpAt)> Waiting, ImmutableArray<IncidentSpan> Known,
        ImmutableArray<string> Active) : IncidentInput;

    /// <summary>Something happened on this node.</summary>
    /// <param name="At">On our boot clock.</param>
    /// <param name="FreshId">Of the record, should it open one.</param>
    public sealed record Happened(IncidentEvent Event, Instant At, string FreshId) : IncidentInput;

    /// <summary>How the pair stands.</summary>
    /// <param name="Redundant">Both nodes stand by for each other, nothing is wrong.</param>
    public sealed record Look(bool Redundant, bool PeerHeard) : IncidentInput;

    /// <summary>The peer asked for our half of an incident.</summary>
    /// <param name="End">Since when all is well there; null: it is not.</param>
    /// <param name="PeerId">Of its record.</param>
    public sealed record PeerTold(Instant Begin, Instant? End, string PeerId, string FreshId) : IncidentInput;

    /// <summary>The peer told its half of a record.</summary>
    public sealed record HalfCame(string Id) : IncidentInput;

    /// <summary>The peer did not answer.</summary>
    public sealed record HalfFailed(string Id) : IncidentInput;

    public sealed record Tick : IncidentInput;
}

/// <summary>What the shell must do, in this order.</summary>
public abstract record IncidentEffect
{
    private IncidentEffect()
    {
    }

    /// <summary>Make a record.</summary>
    public sealed record Make(string Id, Instant Begin) : IncidentEffect;

    /// <summary>Gather the own events into it and write it.</summary>
    public sealed record Keep(string Id) : IncidentEffect;

    /// <summary>Ask the peer for its events and answer <see cref="IncidentInput.HalfCame"/> or <see
    /// cref="IncidentInput.HalfFailed"/>.</summary>
    /// <param name="WellSince">Since when all is well here although the incident is still open; null: it is not, or it is closed. The
    /// peer is told, or two nodes would wait for each other's end.</param>
    public sealed record Ask(string Id, Instant? WellSince) : IncidentEffect;

    /// <summary>It ended.</summary>
    /// <param name="Complete">Redundancy is complete; else the bound passed.</param>
    public sealed record Close(string Id, Instant End, bool Complete) : IncidentEffect;

    /// <summary>The peer's half will not come any more: the record says so.</summary>
    public sealed record GiveUp(string Id) : IncidentEffect;
}
