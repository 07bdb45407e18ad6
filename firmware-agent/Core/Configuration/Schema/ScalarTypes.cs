using System.Globalization;
using Appliance.Core.Toml;

namespace Appliance.Core.Configuration.Schema;

/// <summary>A whole number. Reads to <see cref="int"/>.</summary>
public sealed class IntegerType(int min, int max) : KeyType
{
    public override string Name => "integer";

    public override string Accepts => $"a whole number from {min} to {max}";

    public override object? Read(TomlValue value, string path, Findings findings) =>
        value is TomlValue.Integer { Value: var number } && number >= min && number <= max ? (int)number : Refuse(value, path, findings);

    public override TomlValue FromDefault(string text, TomlPosition at) =>
        new TomlValue.Integer(default, long.Parse(text, CultureInfo.InvariantCulture));
}

/// <summary>One of a few whole numbers. Reads to <see cref="int"/>.</summary>
public sealed class OneOfType(params int[] numbers) : KeyType
{
    public override string Name => "integer";

    public override string Accepts => $"one of {string.Join(", ", numbers)}";

    public override object? Read(TomlValue value, string path, Findings findings) =>
        value is TomlValue.Integer { Value: var number } && numbers.Any(known => known == number) ? (int)number
            : Refuse(value, path, findings);

    public override TomlValue FromDefault(string text, TomlPosition at) =>
        new TomlValue.Integer(default, long.Parse(text, CultureInfo.InvariantCulture));
}

/// <summary>Reads to <see cref="bool"/>.</summary>
public sealed class BooleanType : KeyType
{
    public override string Name => "boolean";

    public override string Accepts => "true or false, without quotes";

    public override object? Read(TomlValue value, string path, Findings findings) =>
        value is TomlValue.Boolean boolean ? boolean.Value : Refuse(value, path, findings);

    public override TomlValue FromDefault(string text, TomlPosition at) => new TomlValue.Boolean(default, text == "true");
}

/// <summary>A string that fits a rule. Reads to <see cref="string"/>.</summary>
/// <param name="fits">Null when the text fits, else why it does not (may be empty).</param>
public sealed class StringType(string name, string accepts, Func<string, string?> fits) : TextType
{
    public override string Name => name;

    public override string Accepts => accepts;

    protected override object? Parse(string text, out string because)
    {
        because = fits(text) is { } reason ? reason : "";
        return fits(text) is null ? text : null;
    }
}

/// <summary>One of a few words. Reads to <see cref="string"/>.</summary>
public sealed class ChoiceType(params string[] words) : TextType
{
    public override string Name => "word";

    public override string Accepts => Words.Choice(words);

    protected override object? Parse(string text, out string because)
    {
        because = NearestWord.Of(text, words) is { } near && near != text ? $"did you mean \"{near}\"?" : "";
        return words.Contains(text) ? text : null;
    }
}

/// <summary>A number of bytes with a unit, or of bytes per second. Reads to <see cref="long"/>.</summary>
public sealed class SizeType(bool perSecond) : TextType
{
    private static readonly (string Unit, long Bytes)[] Units =
    [
        ("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40),
        ("kB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000),
    ];

    public override string Name => perSecond ? "rate" : "size";

    public override string Accepts => perSecond
        ? "a rate in quotes, for example \"110MiB/s\" (kB, MB, GB, KiB, MiB or GiB per second)"
        : "a size in quotes, for example \"20GiB\" (kB, MB, GB, TB, KiB, MiB, GiB or TiB)";

    /// <summary>A number of bytes that was read, in the largest unit that says it exactly.</summary>
    public static string Text(long bytes)
    {
        var (unit, size) = Units.Where(unit => bytes % unit.Bytes == 0).MaxBy(unit => unit.Bytes);
        return string.Create(CultureInfo.InvariantCulture, $"{bytes / size}{unit}");
    }

    protected override object? Parse(string text, out string because)
    {
        because = "";
        if (perSecond && !text.EndsWith("/s", StringComparison.Ordinal)) return null;
        return Parse(perSecond ? text[..^2] : text);
    }

    /// <summary>Reads "20GiB" and the like; null if it is none.</summary>
    public static long? Parse(string size)
    {
        foreach (var (unit, bytes) in Units)
        {
            if (!size.EndsWith(unit, StringComparison.Ordinal)) continue;
            var isNumber = int.TryParse(size[..^unit.Length], NumberStyles.None, CultureInfo.InvariantCulture, out var count);
            return isNumber && count > 0 && count <= (1L << 60) / bytes ? count * bytes : null;
        }

        return null;
    }
}
