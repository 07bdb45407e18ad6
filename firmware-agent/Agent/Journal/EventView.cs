using System.Globalization;
using Appliance.Agent.Control;
using Appliance.Core.Cluster;

namespace Appliance.Agent.Journal;

/// <summary>One line of <c>appliance events --json</c> and of the event file. Fields in the order of the line.</summary>
/// <param name="At">Wall time in UTC, milliseconds; for people. It may step.</param>
/// <param name="UnixMs">The same as milliseconds since 1970 UTC.</param>
/// <param name="BootMs">Boot clock, milliseconds: orders and measures what happened on one node between two boots.</param>
/// <param name="Serial">Grows by one with every event of this node, also across restarts.</param>
/// <param name="Node">Name of the node that tells.</param>
/// <param name="Kind">Lower-case <see cref="ReportKind"/>.</param>
/// <param name="Group">Group it concerns.</param>
/// <param name="Resource">Resource or link it concerns.</param>
/// <param name="From">State before.</param>
/// <param name="To">State after.</param>
/// <param name="Term">Term of the group.</param>
/// <param name="Text">A sentence.</param>
public sealed record EventView(
    string At,
    long UnixMs,
    long BootMs,
    long Serial,
    string Node,
    string Kind,
    string? Group,
    string? Resource,
    string? From,
    string? To,
    uint? Term,
    string Text)
{
    /// <summary>Characters of text kept; a script may say more than anybody reads.</summary>
    private const int TextMax = 2048;

    /// <summary>A report, stamped.</summary>
    public static EventView Of(Report report, string node, long serial, long unixMs, long bootMs) => new(
        Stamp(unixMs),
        unixMs,
        bootMs,
        serial,
        node,
        report.Kind.ToString().ToLowerInvariant(),
        report.Group,
        report.Resource,
        report.From,
        report.To,
        report.Term,
        report.Text.Length <= TextMax ? report.Text : string.Concat(report.Text.AsSpan(0, TextMax), "..."));

    private static string Stamp(long unixMs) =>
        DateTimeOffset.FromUnixTimeMilliseconds(unixMs).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}

/// <summary>JSON of events.</summary>
public static class EventJson
{
    /// <summary>A line per event.</summary>
    public static AgentJson Readable => field ??= AgentJson.Readable();
}
