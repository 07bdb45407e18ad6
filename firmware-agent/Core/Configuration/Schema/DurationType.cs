using System.Globalization;

namespace Appliance.Core.Configuration.Schema;

/// <summary>A duration with its unit. Reads to <see cref="TimeSpan"/>.</summary>
public sealed class DurationType(TimeSpan min, TimeSpan max) : TextType
{
    /// <summary>Units in ascending order, in milliseconds.</summary>
    public static readonly (string Unit, long Milliseconds)[] Units =
        [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

    public override string Name => "duration";

    public override string Accepts =>
        $"a whole number with its unit in quotes: ms, s, m, h or d, for example \"100ms\", \"20s\" or \"10m\", from {Words.Of(min)} to "
            + $"{Words.Of(max)}";

    /// <summary>Reads "100ms", "20s", "10m", "2h" or "1d"; null if it is none of them.</summary>
    public static TimeSpan? Parse(string text)
    {
        foreach (var (unit, size) in Units)
        {
            if (!text.EndsWith(unit, StringComparison.Ordinal)) continue;
            if (!long.TryParse(text[..^unit.Length], NumberStyles.None, CultureInfo.InvariantCulture, out var count)) continue;
            return count > TimeSpan.MaxValue.TotalMilliseconds / size - 1 ? TimeSpan.MaxValue : TimeSpan.FromMilliseconds(count * size);
        }

        return null;
    }

    protected override object? Parse(string text, out string because)
    {
        because = "";
        if (Parse(text) is not { } duration) return null;
        if (duration >= min && duration <= max) return duration;
        because = duration < min ? "too short" : "too long";
        return null;
    }
}
