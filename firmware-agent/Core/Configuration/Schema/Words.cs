using System.Globalization;
using Appliance.Core.Toml;

namespace Appliance.Core.Configuration.Schema;

/// <summary>What is found in a file, in a person's words.</summary>
public static class Words
{
    private const int ShownMax = 60;

    /// <summary>A value as it may be shown in a message: kind and, where it is short, the value.</summary>
    public static string Of(TomlValue value) => value switch
    {
        TomlValue.Text text => Quoted(text.Value),
        TomlValue.Integer integer => $"the number {integer.Value.ToString(CultureInfo.InvariantCulture)}",
        TomlValue.Float number => $"the number {number.Value.ToString(CultureInfo.InvariantCulture)}",
        TomlValue.Boolean boolean => boolean.Value ? "true" : "false",
        TomlValue.List => "an array",
        TomlValue.OffsetDateTime or TomlValue.LocalDateTime or TomlValue.LocalDate or TomlValue.LocalTime => $"a {value.Kind}",
        _ => $"a {value.Kind}",
    };

    /// <summary>In quotes, shortened, control characters shown as dots.</summary>
    public static string Quoted(string text)
    {
        var shown = text.Length > ShownMax ? text[..ShownMax] + "…" : text;
        return $"\"{string.Concat(shown.Select(letter => char.IsControl(letter) ? '.' : letter))}\"";
    }

    /// <summary>"a", "a" or "b", "a", "b" or "c".</summary>
    public static string Choice(IEnumerable<string> words)
    {
        var quoted = words.Select(word => $"\"{word}\"").ToArray();
        return quoted.Length <= 1 ? string.Concat(quoted) : $"{string.Join(", ", quoted[..^1])} or {quoted[^1]}";
    }

    /// <summary>The shortest exact form of a duration of whole milliseconds: 100ms, 20s, 10m.</summary>
    public static string Of(TimeSpan duration)
    {
        var milliseconds = (long)duration.TotalMilliseconds;
        foreach (var (unit, size) in DurationType.Units.Backwards())
            if (milliseconds != 0 && milliseconds % size == 0) return $"{milliseconds / size}{unit}";
        return $"{milliseconds}ms";
    }
}
