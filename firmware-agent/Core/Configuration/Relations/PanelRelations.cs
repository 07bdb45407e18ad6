using Appliance.Core.Configuration.Schema;
using Appliance.Core.Toml;

namespace Appliance.Core.Configuration.Relations;

/// <summary>A front panel has at least one part, and a GPIO line or LED has one use.</summary>
internal static class PanelRelations
{
    public static void Check(Section root, Findings findings)
    {
        if (!root.Has("panel", out Section panel)) return;
        var leds = panel.Has("leds", out Section lights) ? lights : null;
        var hasLight = leds is not null && (leds.IsWritten("status") || leds.IsWritten("role"));
        if (leds is not null && !hasLight)
            findings.Error(leds.At, leds.Path, "names neither status nor role; expected at least one of them");
        if (!panel.IsWritten("leds") && !panel.IsWritten("display") && !panel.IsWritten("button"))
            findings.Error(panel.At, panel.Path, "is empty; expected leds, display or button");
        var seen = new Dictionary<string, TomlPosition>(StringComparer.Ordinal);
        foreach (var (section, key, name) in Names(panel, leds))
            if (!seen.TryAdd(name, section.Place(key)))
                findings.Error(section.Place(key), section.PathOf(key),
                    $"{name} is already used in line {seen[name].Line}; expected each light and line once");
    }

    private static IEnumerable<(Section Section, string Key, string Name)> Names(Section panel, Section? leds)
    {
        foreach (var key in new[] { "status", "role" })
            if (leds is not null && leds.Has(key, out PanelLed led)) yield return (leds, key, led.ToString());
        if (panel.Has("display", out Section display) && display.Has("lines", out Section lines))
            foreach (var key in new[] { "rs", "e", "d4", "d5", "d6", "d7" })
                if (lines.Has(key, out GpioLineName line)) yield return (lines, key, line.ToString());
        if (panel.Has("button", out Section button) && button.Has("line", out GpioLineName push))
            yield return (button, "line", push.ToString());
    }
}
