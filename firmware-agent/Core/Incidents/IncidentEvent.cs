namespace Appliance.Core.Incidents;

/// <summary>One line of a node's event store, as incidents need it.</summary>
/// <param name="UnixMs">Wall clock of the node that tells, milliseconds since 1970 UTC; it may step.</param>
/// <param name="BootMs">Its boot clock, milliseconds.</param>
/// <param name="Serial">Grows with every event of that node, also across restarts.</param>
/// <param name="Node">Name of the node that tells.</param>
/// <param name="Kind">Lower-case kind of the report; "boot" and "agent" are made by incidents themselves.</param>
/// <param name="Group">Group it concerns.</param>
/// <param name="Resource">Resource or link it concerns.</param>
/// <param name="From">State before.</param>
/// <param name="To">State after.</param>
/// <param name="Text">A sentence.</param>
public sealed record IncidentEvent(
    long UnixMs, long BootMs, long Serial, string Node, string Kind, string? Group, string? Resource, string? From, string? To,
    string Text);

/// <summary>An event on the one clock of an incident: that of the node that keeps the record.</summary>
/// <param name="AtMs">Milliseconds since the incident's zero; negative: before.</param>
/// <param name="ErrorMs">It may be off by this many milliseconds; 0: own clock; null: told by a wall clock that nobody checked.</param>
/// <param name="Node">Name of the node that tells.</param>
/// <param name="Kind">As in <c>appliance events</c>; "boot": the machine started; "agent": the agent started.</param>
/// <param name="Group">Group it concerns.</param>
/// <param name="Resource">Resource or link it concerns.</param>
/// <param name="From">State before.</param>
/// <param name="To">State after.</param>
/// <param name="Text">A sentence.</param>
/// <param name="Serial">Of the event on its node; 0: made by the record.</param>
public sealed record IncidentEntry(
    long AtMs, long? ErrorMs, string Node, string Kind, string? Group, string? Resource, string? From, string? To, string Text, long Serial)
{
    /// <summary>Characters of a sentence that a record keeps; <c>appliance events</c> has all of it.</summary>
    public const int TextMax = 300;

    /// <summary>An event, put on the clock.</summary>
    public static IncidentEntry Of(IncidentEvent happened, long atMs, long? errorMs) => new(
        atMs, errorMs, happened.Node, happened.Kind, happened.Group, happened.Resource, happened.From, happened.To,
        happened.Text.Length <= TextMax ? happened.Text : string.Concat(happened.Text.AsSpan(0, TextMax - 1), "…"), happened.Serial);

    /// <summary>A resource of a serving group failed.</summary>
    internal bool IsFailure => Kind == "resource" && From == "Started" && To == "Failed" && Resource is not null;

    /// <summary>The node's role in a group changed.</summary>
    internal bool IsRole => Kind == "role" && Group is not null;
}
