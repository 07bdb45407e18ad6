using System.Collections.Immutable;

namespace Appliance.Core.Health;

/// <summary>All sensors of a node at one moment, and what they come to.</summary>
/// <param name="Readings">In a stable order.</param>
public sealed record NodeHealth(ImmutableArray<SensorReading> Readings)
{
    /// <summary>A score without any fault.</summary>
    public const int ScoreMax = 1000;

    /// <summary>So many points go for each warning, at most <see cref="WarningsMost"/> for all: many small worries never weigh as much as
    /// one critical finding.</summary>
    public const int WarningPoints = 50;

    public const int WarningsMost = 300;

    /// <summary>For each critical finding.</summary>
    public const int CriticalPoints = 400;

    /// <summary>Nothing was read yet: nothing is known to be wrong.</summary>
    public static NodeHealth Unread { get; } = new([]);

    /// <summary>1 to 1000: a node that lives is never worth nothing, its peer may be dead.</summary>
    public int Score => Math.Max(
        1, ScoreMax - Math.Min(WarningsMost, WarningPoints * Count(SensorLevel.Warning)) - (CriticalPoints * Count(SensorLevel.Critical)));

    public bool IsCritical => Count(SensorLevel.Critical) > 0;

    /// <summary>The sentences of what is not good, worst first.</summary>
    public IEnumerable<string> Reasons =>
        Readings.Where(one => one.Level == SensorLevel.Critical).Concat(Readings.Where(one => one.Level == SensorLevel.Warning))
            .Select(one => one.Text);

    /// <summary>Every sensor reads alike.</summary>
    public bool SaysTheSameAs(NodeHealth other) => Readings.AsSpan().SequenceEqual(other.Readings.AsSpan());

    private int Count(SensorLevel level)
    {
        var count = 0;
        foreach (var reading in Readings)
            if (reading.Level == level) count++;
        return count;
    }
}
