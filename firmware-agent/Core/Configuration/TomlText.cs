using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Appliance.Core.Configuration.Schema;

namespace Appliance.Core.Configuration;

/// <summary>Builds TOML text line by line.</summary>
internal sealed class TomlText
{
    private readonly StringBuilder _text = new();

    public TomlText Title(string title)
    {
        if (_text.Length > 0) _text.Append('\n');
        _text.Append(title).Append('\n');
        return this;
    }

    public TomlText Raw(string key, string value)
    {
        _text.Append(key).Append(" = ").Append(value).Append('\n');
        return this;
    }

    public TomlText Line(string key, string value) => Raw(key, Quote(value));

    public TomlText Line(string key, int value) => Raw(key, value.ToString(CultureInfo.InvariantCulture));

    public TomlText Line(string key, bool value) => Raw(key, value ? "true" : "false");

    public TomlText Line(string key, TimeSpan value) => Raw(key, $"\"{Words.Of(value)}\"");

    public TomlText Line(string key, ImmutableArray<string> values) => Raw(key, Array(values));

    public static string Array(ImmutableArray<string> values) => $"[{string.Join(", ", values.Select(Quote))}]";

    /// <summary>A part of a dotted key: bare where TOML allows it.</summary>
    public static string Key(string name) =>
        name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_') ? name : Quote(name);

    /// <summary>A basic string; what TOML forbids in one is escaped.</summary>
    public static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var letter in text)
        {
            if (letter is '"' or '\\') quoted.Append('\\').Append(letter);
            else if (char.IsControl(letter)) quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:X4}");
            else quoted.Append(letter);
        }

        return quoted.Append('"').ToString();
    }

    public override string ToString() => _text.ToString();
}
