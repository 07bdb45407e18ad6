using Appliance.Core.Configuration.Schema;

namespace Appliance.Core.Configuration.Relations;

/// <summary>Refuses what stands twice.</summary>
internal static class Unique
{
    /// <summary>The values of a key must differ between sections; the second and later ones are told.</summary>
    public static void Check(IEnumerable<Section> sections, string key, string what, Findings findings)
    {
        var seen = new Dictionary<string, Section>(StringComparer.Ordinal);
        foreach (var section in sections)
            if (section.Has(key, out string value) && !seen.TryAdd(value, section))
                findings.Error(section.Place(key), section.PathOf(key),
                    $"{what} {Words.Quoted(value)} is already in line {seen[value].Place(key).Line}; expected a different one");
    }
}
