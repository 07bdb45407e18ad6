using Appliance.Core.Toml;

namespace Appliance.Core.Configuration.Schema;

/// <summary>What a key's value may be, and how it is read.</summary>
public abstract class KeyType
{
    /// <summary>One or two words for tables: "duration".</summary>
    public abstract string Name { get; }

    /// <summary>The end of the sentence "expected …", with an example.</summary>
    public abstract string Accepts { get; }

    /// <summary>Reads a value; null when it is wrong, and then the problem has been told.</summary>
    /// <param name="value">As it stands in the file.</param>
    /// <param name="path">Key path for messages.</param>
    /// <param name="findings">Where problems go.</param>
    public abstract object? Read(TomlValue value, string path, Findings findings);

    /// <summary>The value that stands for a default written as text; it stands where its section begins.</summary>
    public virtual TomlValue FromDefault(string text, TomlPosition at) => new TomlValue.Text(at, text);

    /// <summary>Tells that a value is wrong: what was found, what is accepted, and why if there is more to say.</summary>
    protected object? Refuse(TomlValue value, string path, Findings findings, string because = "")
    {
        findings.Error(value.At, path, $"found {Words.Of(value)}; expected {Accepts}{(because.Length > 0 ? $" ({because})" : "")}");
        return null;
    }
}

/// <summary>A type whose values are strings in the file.</summary>
public abstract class TextType : KeyType
{
    public sealed override object? Read(TomlValue value, string path, Findings findings)
    {
        if (value is not TomlValue.Text text) return Refuse(value, path, findings);
        return Parse(text.Value, out var because) ?? Refuse(value, path, findings, because);
    }

    /// <summary>The value, or null and perhaps a reason.</summary>
    protected abstract object? Parse(string text, out string because);
}
