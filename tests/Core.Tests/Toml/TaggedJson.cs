using System.Globalization;
using System.Text.Json;
using Appliance.Core.Toml;

namespace Appliance.Core.Tests.Toml;

/// <summary>Compares values with the suite's notation: {"type": "integer", "value": "42"} for every scalar.</summary>
internal static class TaggedJson
{
    /// <summary>The first difference in words, or null.</summary>
    public static string? Difference(JsonElement expected, TomlValue found, string path) => (expected.ValueKind, found) switch
    {
        (JsonValueKind.Array, TomlValue.List list) => OfArrays(expected, list, path),
        (JsonValueKind.Object, TomlValue.Table table) when !IsScalar(expected) => OfTables(expected, table, path),
        (JsonValueKind.Object, _) when IsScalar(expected) => OfScalars(expected, found, path),
        _ => $"{path}: expected {expected}, found {found.Kind}",
    };

    private static bool IsScalar(JsonElement expected) =>
        expected.EnumerateObject().Count() == 2
        && expected.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String
        && expected.TryGetProperty("value", out var value) && value.ValueKind == JsonValueKind.String;

    private static string? OfArrays(JsonElement expected, TomlValue.List list, string path)
    {
        var count = expected.GetArrayLength();
        if (count != list.Items.Length) return $"{path}: expected {count} items, found {list.Items.Length}";
        return expected.EnumerateArray().Select((item, i) => Difference(item, list.Items[i], $"{path}[{i}]"))
            .FirstOrDefault(d => d is not null);
    }

    private static string? OfTables(JsonElement expected, TomlValue.Table table, string path)
    {
        var keys = expected.EnumerateObject().Select(property => property.Name).Order(StringComparer.Ordinal);
        if (!keys.SequenceEqual(table.Entries.Select(entry => entry.Key).Order(StringComparer.Ordinal))) return $"{path}: other keys";
        return table.Entries.Select(entry => Difference(expected.GetProperty(entry.Key), entry.Value, $"{path}.{entry.Key}"))
            .FirstOrDefault(d => d is not null);
    }

    private static string? OfScalars(JsonElement expected, TomlValue found, string path)
    {
        var type = expected.GetProperty("type").GetString();
        var text = expected.GetProperty("value").GetString()!;
        var same = (type, found) switch
        {
            ("string", TomlValue.Text value) => value.Value == text,
            ("integer", TomlValue.Integer value) => value.Value == long.Parse(text, CultureInfo.InvariantCulture),
            ("float", TomlValue.Float value) => value.Value.Equals(Float(text)),
            ("bool", TomlValue.Boolean value) => value.Value == bool.Parse(text),
            ("datetime", TomlValue.OffsetDateTime value) => value.Value.EqualsExact(Moment(text)),
            ("datetime-local", TomlValue.LocalDateTime value) => value.Value == DateTime.Parse(Cut(text), CultureInfo.InvariantCulture),
            ("date-local", TomlValue.LocalDate value) => value.Value == DateOnly.Parse(text, CultureInfo.InvariantCulture),
            ("time-local", TomlValue.LocalTime value) => value.Value == TimeOnly.Parse(Cut(text), CultureInfo.InvariantCulture),
            _ => false,
        };
        return same ? null : $"{path}: expected {type} {text}, found {found}";
    }

    private static DateTimeOffset Moment(string text) => DateTimeOffset.Parse(Cut(text), CultureInfo.InvariantCulture);

    private static double Float(string text) => text switch
    {
        "inf" or "+inf" => double.PositiveInfinity,
        "-inf" => double.NegativeInfinity,
        "nan" or "+nan" or "-nan" => double.NaN,
        _ => double.Parse(text, CultureInfo.InvariantCulture),
    };

    /// <summary>Without what is finer than 100 ns.</summary>
    private static string Cut(string text) => System.Text.RegularExpressions.Regex.Replace(text, @"(\.\d{7})\d+", "$1");
}
