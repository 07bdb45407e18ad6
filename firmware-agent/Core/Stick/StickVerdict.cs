using System.Collections.Immutable;
using Appliance.Core.Configuration;
using Appliance.Core.Wire;

namespace Appliance.Core.Stick;

/// <summary>The node that is asked to take a stick.</summary>
/// <param name="IsConfigured">It has a configuration or a key, usable or not: nobody may replace it without proof.</param>
/// <param name="Name">Own name: of its node file, else its host name.</param>
public sealed record StickStanding(bool IsConfigured, string Name)
{
    /// <summary>In force now; null: there is none, or it cannot be used.</summary>
    public ApplianceConfig? Config { get; init; }

    /// <summary>Null: there are none, or they cannot be read.</summary>
    public KeySet? Keys { get; init; }

    /// <summary>The stick that was taken last.</summary>
    public StickMark? Last { get; init; }

    /// <summary>Seconds since 1970 by the node's own clock.</summary>
    public long Now { get; init; }
}

/// <summary>What becomes of a stick.</summary>
public abstract record StickVerdict
{
    private StickVerdict()
    {
    }

    /// <summary>It is taken.</summary>
    /// <param name="Config">What it brings.</param>
    /// <param name="Node">Name of this node from now on.</param>
    /// <param name="Files">To be kept, the proof not among them, the node file always.</param>
    /// <param name="Mark">To be remembered.</param>
    /// <param name="Notes">For a person: warnings of the configuration, and why it was believed.</param>
    public sealed record Taken(
        ApplianceConfig Config, string Node, ImmutableArray<StickFile> Files, StickMark Mark, ImmutableArray<string> Notes) : StickVerdict;

    /// <summary>It is right, but proves nothing: it is taken if somebody holds the front button.</summary>
    /// <param name="Because">Why it proves nothing.</param>
    public sealed record Unproven(string Because, Taken IfHeld) : StickVerdict;

    /// <summary>Its contents were taken before: nothing is to be done.</summary>
    public sealed record Known : StickVerdict;

    /// <param name="Problems">All of them, a sentence each.</param>
    public sealed record Refused(ImmutableArray<string> Problems) : StickVerdict;
}
