namespace Appliance.Core.FoneBridge;

/// <summary>Which key of a redfone.conf belongs where and whether it has a value.</summary>
internal static class RedfoneKeys
{
    private static readonly string[] Globals = ["fb", "port", "server", "priorities", "wplloff"];

    private static readonly string[] Span =
        ["framing", "encoding", "crc4", "j1", "rbs", "loopback", "slave", "master", "shorthaul", "longhaul", "dejitter"];

    private static readonly string[] Dsp = ["voicea", "voiceb", "data"];

    private static readonly string[] Everywhere = ["iec", "dsp", "dspdisabled"];

    private static readonly string[] Flags =
        ["wplloff", "crc4", "j1", "rbs", "loopback", "slave", "master", "dejitter", "iec", "dspdisabled"];

    public static bool IsEverywhere(string key) => Everywhere.Contains(key);

    /// <summary>Empty when the key may stand in the section with such a value.</summary>
    public static string Problem(string section, string key, string? value)
    {
        var home = Globals.Contains(key) ? "[globals]" : Span.Contains(key) ? "a [span]" : Dsp.Contains(key) ? "[dsp]" : "";
        if (home.Length == 0 && !IsEverywhere(key)) return $"unknown key {key}; {Expected(section)}";
        if (section.Length == 0) return $"{key} before any section; expected [globals] first";
        var isHome = IsEverywhere(key) || (home == "a [span]" ? section.StartsWith("[span", StringComparison.Ordinal) : section == home);
        if (!isHome || (section == "[dsp]" && key == "iec"))
            return $"{key} in {section}; it belongs into {(home.Length > 0 ? home : "[globals]")}";
        var isFlag = Flags.Contains(key);
        if (isFlag && value is not null) return $"{key} has a value; expected the word {key} alone";
        return isFlag || value is { Length: > 0 } ? "" : $"{key} without a value; expected {key}=VALUE";
    }

    private static string Expected(string section)
    {
        var names = section switch { "[globals]" => Globals, "[dsp]" => Dsp, "" => [], _ => Span };
        return names.Length == 0 ? "expected [globals]" : $"expected one of {string.Join(", ", names)} or {string.Join(", ", Everywhere)}";
    }
}
