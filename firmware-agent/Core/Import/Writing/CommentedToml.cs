using System.Globalization;
using System.Text;
using Appliance.Core.Configuration;

namespace Appliance.Core.Import.Writing;

/// <summary>TOML with comments that say where a value comes from, and with places for a person to fill in.</summary>
internal sealed class CommentedToml(string indent = "")
{
    /// <summary>Words that mark such a place.</summary>
    public const string FillIn = "FILL IN";

    private const int HintMax = 300;

    private readonly StringBuilder _text = new();

    public CommentedToml Title(string title, string comment = "")
    {
        if (_text.Length > 0) _text.Append('\n');
        return Append(title, comment);
    }

    public CommentedToml Raw(string key, string toml, string comment = "") => Append($"{key} = {toml}", comment);

    public CommentedToml Line(string key, string value, string comment = "") => Raw(key, TomlText.Quote(value), comment);

    public CommentedToml Line(string key, int value, string comment = "") =>
        Raw(key, value.ToString(CultureInfo.InvariantCulture), comment);

    /// <summary>A comment in the place of a key, so that <c>config check</c> says that it is missing.</summary>
    public CommentedToml Missing(string key, string example, string hint = "") =>
        Comment($"{FillIn}: {key} = {example}{(hint.Length > 0 ? $"   # {hint}" : "")}");

    public CommentedToml Comment(string words) => Append($"# {Clean(words)}", "");

    public CommentedToml Blank()
    {
        _text.Append('\n');
        return this;
    }

    /// <summary>Lines that are TOML already.</summary>
    public CommentedToml Lines(string text)
    {
        foreach (var line in text.TrimEnd('\n').Split('\n')) _text.Append(line.Length > 0 ? indent : "").Append(line).Append('\n');
        return this;
    }

    public override string ToString() => _text.ToString();

    private CommentedToml Append(string line, string comment)
    {
        _text.Append(indent).Append(line);
        if (comment.Length > 0) _text.Append("   # ").Append(Clean(comment));
        _text.Append('\n');
        return this;
    }

    /// <summary>A comment ends at the end of its line and has no control characters.</summary>
    private static string Clean(string text)
    {
        var shown = text.Length > HintMax ? text[..HintMax] + "…" : text;
        // Half of a pair of surrogates is no UTF-8.
        return string.Concat(shown.Select(letter => char.IsControl(letter) || char.IsSurrogate(letter) ? '.' : letter));
    }
}
