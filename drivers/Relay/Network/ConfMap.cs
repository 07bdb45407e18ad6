namespace Appliance.Drivers.Relay.Network;

/// <summary>The settings of a bero*fos as its /config.txt lists them: a first line that names the format, then
/// <c>COMMAND_KEY=VALUE</c>.</summary>
internal sealed class ConfMap
{
    private const string Magic = "bnfos_confmap_magic=";
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    private ConfMap()
    {
    }

    /// <summary>Null: this is no such list.</summary>
    public static ConfMap? Parse(string text)
    {
        var lines = text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length == 0 || !lines[0].StartsWith(Magic, StringComparison.Ordinal)) return null;
        var map = new ConfMap();
        foreach (var line in lines.Skip(1))
            if (line.IndexOf('=') is > 0 and var at) map._values[line[..at].Trim()] = line[(at + 1)..].Trim();
        return map;
    }

    /// <summary>Null: the box does not say.</summary>
    public string? this[string key] => _values.GetValueOrDefault(key);

    /// <summary>A switch: "1" and "checked" are on, anything else is off. Null: the box does not say.</summary>
    public bool? Flag(string key) => this[key] is { } value ? value is "1" or "checked" : null;
}
