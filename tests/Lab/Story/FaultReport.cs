using System.Text.Json.Serialization;
using Appliance.Lab.Probing;

namespace Appliance.Lab.Story;

/// <summary>What one fault did to the clients and how the pair dealt with it. One entry of report.json.</summary>
public sealed record FaultReport
{
    /// <summary>The fault's name.</summary>
    [JsonPropertyName("fault")]
    public required string Fault { get; init; }

    /// <summary>The node it hit.</summary>
    [JsonPropertyName("node")]
    public required string Node { get; init; }

    /// <summary>The moment, in milliseconds of the Unix clock.</summary>
    [JsonPropertyName("at_unix_ms")]
    public required double AtUnixMs { get; init; }

    /// <summary>How long each service did not answer.</summary>
    [JsonPropertyName("outage_ms")]
    public required Outages OutageMs { get; init; }

    /// <summary>What became of the rows the database had promised.</summary>
    [JsonPropertyName("rows")]
    public required RowCount Rows { get; init; }

    /// <summary>What became of the recordings that the serving node said to be safe.</summary>
    [JsonPropertyName("files")]
    public required FileCount Files { get; init; }

    /// <summary>From the repair until both copies were UpToDate again; null: not measured, or not in time.</summary>
    [JsonPropertyName("in_sync_after_ms")]
    public int? InSyncAfterMs { get; init; }

    /// <summary>What happened one after the other, with the fault at 0.</summary>
    [JsonPropertyName("phases")]
    public required IReadOnlyList<Phase> Phases { get; init; }

    /// <summary>"ok", or what was wrong.</summary>
    [JsonPropertyName("verdict")]
    public required string Verdict { get; init; }

    /// <summary>The nodes' notes and the client's, merged.</summary>
    [JsonPropertyName("timeline")]
    public required IReadOnlyList<TimelineLine> Timeline { get; init; }

    /// <summary>Whether the pair passed.</summary>
    [JsonIgnore]
    public bool IsOk => Verdict == "ok";
}

/// <summary>Milliseconds from the last good answer to the next one; null when none came any more.</summary>
public sealed record Outages(
    [property: JsonPropertyName("address")] int? Address,
    [property: JsonPropertyName("mysql")] int? MySql,
    [property: JsonPropertyName("sip")] int? Sip)
{
    /// <summary>Telephone lines not at the serving node, or no Asterisk there to take the calls; null also where there are none.</summary>
    [JsonPropertyName("pri")]
    public int? Pri { get; init; }
}

/// <summary>
/// Rows by what became of them. A stack that does not replicate has a database on each node; rows of the other node are not expected.
/// </summary>
public sealed record RowCount(
    [property: JsonPropertyName("acknowledged")] int Acknowledged,
    [property: JsonPropertyName("present")] int Present,
    [property: JsonPropertyName("lost")] int Lost,
    [property: JsonPropertyName("on_the_other_node")] int OnTheOtherNode,
    [property: JsonPropertyName("replicated")] bool Replicated);

/// <summary>Something that took time, on a node or as the client saw it.</summary>
public sealed record Phase(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("node")] string Node,
    [property: JsonPropertyName("start_ms")] int StartMs,
    [property: JsonPropertyName("duration_ms")] int DurationMs);

/// <summary>One line of the merged timeline.</summary>
public sealed record TimelineLine(
    [property: JsonPropertyName("ms")] int Ms,
    [property: JsonPropertyName("node")] string Node,
    [property: JsonPropertyName("text")] string Text);
