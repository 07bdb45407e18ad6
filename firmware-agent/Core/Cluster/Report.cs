namespace Appliance.Core.Cluster;

/// <summary>The kinds of <see cref="Report"/>; the words are those of <c>appliance events</c>.</summary>
public enum ReportKind
{
    Role,
    Link,
    Peer,
    Resource,
    Evidence,
    Command,
    Alarm,
    Config,
    Fence,
}

/// <summary>One thing worth telling a person: becomes a journal line, an entry of <c>appliance events</c> and later an alert.</summary>
/// <param name="Kind">What it is about.</param>
/// <param name="Text">A sentence a person at the rack understands: what, where, expected, found, what to do.</param>
/// <param name="Group">Name of the group it concerns, if any.</param>
/// <param name="Resource">Name of the resource (or link) it concerns, if any.</param>
/// <param name="From">State before, for transitions.</param>
/// <param name="To">State after, for transitions.</param>
/// <param name="Term">Term of the group, for role transitions.</param>
public sealed record Report(
    ReportKind Kind, string Text, string? Group = null, string? Resource = null, string? From = null, string? To = null, uint? Term = null);
