using System.Globalization;

namespace Appliance.Core.Import;

/// <summary>Durations as the old programs write them.</summary>
internal static class OldTime
{
    private static readonly (string Suffix, double Milliseconds)[] Units =
    [
        ("msec", 1), ("ms", 1), ("usec", 0.001), ("us", 0.001), ("sec", 1000), ("s", 1000), ("min", 60_000), ("m", 60_000),
        ("hr", 3_600_000), ("h", 3_600_000),
    ];

    /// <summary>Heartbeat: seconds with a fraction, or a number with <c>ms</c> or <c>us</c>. Null: it is none. Rounded to milliseconds,
    /// which
    /// is what the new file counts in.</summary>
    public static TimeSpan? Heartbeat(string text) =>
        text.EndsWith("ms", StringComparison.Ordinal) ? Number(text[..^2], 1)
        : text.EndsWith("us", StringComparison.Ordinal) ? Number(text[..^2], 0.001)
        : Number(text, 1000);

    /// <summary>Pacemaker: a number with a unit, seconds without one.</summary>
    public static TimeSpan? Pacemaker(string text)
    {
        foreach (var (suffix, size) in Units)
            if (text.EndsWith(suffix, StringComparison.Ordinal)) return Number(text[..^suffix.Length], size);
        return Number(text, 1000);
    }

    private static TimeSpan? Number(string text, double size)
    {
        if (text.Length is 0 or > 20 || text.Any(letter => !char.IsAsciiDigit(letter) && letter != '.')) return null;
        if (!double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)) return null;
        var milliseconds = Math.Round(number * size);
        return milliseconds > 1e12 ? TimeSpan.FromMilliseconds(1e12) : TimeSpan.FromMilliseconds(milliseconds);
    }
}
