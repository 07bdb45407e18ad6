using Appliance.Core.Configuration.Schema;
using Appliance.Core.Toml;

namespace Appliance.Core.Import;

/// <summary>Whether a value may stand in appliance.toml: the schema is asked, not a copy of it.</summary>
internal static class Fit
{
    /// <summary>Null when it may, else why not.</summary>
    /// <param name="section">Of appliance.toml.</param>
    /// <param name="key">Of the section or of one of its variants.</param>
    /// <param name="value">A string.</param>
    public static string? Problem(SectionSchema section, string key, string value) =>
        Problem(section, key, new TomlValue.Text(default, value));

    public static string? Problem(SectionSchema section, string key, int value) =>
        Problem(section, key, new TomlValue.Integer(default, value));

    public static string? Problem(SectionSchema section, string key, TimeSpan value) => Problem(section, key, Words.Of(value));

    public static string? Problem(KeyType type, string value)
    {
        var findings = new Findings();
        return type.Read(new TomlValue.Text(default, value), "", findings) is null ? findings.Sorted()[0].Message : null;
    }

    public static bool Is(KeyType type, string value) => Problem(type, value) is null;

    private static string? Problem(SectionSchema section, string key, TomlValue value)
    {
        var findings = new Findings();
        var type = section.AllKeys.First(candidate => candidate.Name == key).Type;
        return type.Read(value, "", findings) is null ? findings.Sorted()[0].Message : null;
    }
}
