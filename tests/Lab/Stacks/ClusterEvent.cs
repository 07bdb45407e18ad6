using System.Text.Json.Serialization;

namespace Appliance.Lab.Stacks;

/// <summary>One line of a node's own notes, as "appliance events --json" prints it.</summary>
public sealed record ClusterEvent
{
    /// <summary>The moment, in milliseconds of the Unix clock. Both nodes share the host's clock.</summary>
    [JsonPropertyName("unix_ms")]
    public double UnixMs { get; init; }

    /// <summary>Grows by one with every event of its node.</summary>
    [JsonPropertyName("serial")]
    public long Serial { get; init; }

    /// <summary>The node that wrote it.</summary>
    [JsonPropertyName("node")]
    public string Node { get; init; } = "";

    /// <summary>role, link, peer, resource, evidence, command, alarm, config or fence.</summary>
    [JsonPropertyName("kind")]
    public string Kind { get; init; } = "";

    /// <summary>The group, where one is meant.</summary>
    [JsonPropertyName("group")]
    public string? Group { get; init; }

    /// <summary>The resource, where one is meant.</summary>
    [JsonPropertyName("resource")]
    public string? Resource { get; init; }

    /// <summary>The state before.</summary>
    [JsonPropertyName("from")]
    public string? From { get; init; }

    /// <summary>The state after.</summary>
    [JsonPropertyName("to")]
    public string? To { get; init; }

    /// <summary>The words for a person.</summary>
    [JsonPropertyName("text")]
    public string? Text { get; init; }
}
