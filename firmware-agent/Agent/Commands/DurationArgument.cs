using System.CommandLine.Parsing;
using System.Globalization;

namespace Appliance.Agent.Commands;

/// <summary>Durations on the command line: a whole number and one of ms, s, m, h, d.</summary>
public static class DurationArgument
{
    private const double YearsMax = 10;

    private static readonly (string Unit, double Milliseconds)[] Units =
        [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

    /// <summary>For an option's CustomParser.</summary>
    public static TimeSpan Parse(ArgumentResult result)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (TryParse(text, out var span)) return span;
        result.AddError($"'{text}' is not a duration: a whole number above 0 and one of ms, s, m, h, d, for example 30m.");
        return default;
    }

    /// <summary>False unless the text is a positive duration of at most ten years.</summary>
    public static bool TryParse(string text, out TimeSpan span)
    {
        span = default;
        var digits = text.AsSpan().IndexOfAnyExceptInRange('0', '9');
        if (digits is < 1 or > 12) return false;
        var unit = Units.FirstOrDefault(known => known.Unit == text[digits..]);
        var milliseconds = long.Parse(text.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture) * unit.Milliseconds;
        if (milliseconds is <= 0 or > YearsMax * 365 * 86_400_000) return false;
        span = TimeSpan.FromMilliseconds(milliseconds);
        return true;
    }
}
