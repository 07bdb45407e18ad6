namespace Appliance.Core.Health;

/// <summary>Two limits with a margin: a value that trembles around a limit does not change the level with every look.</summary>
/// <param name="Warning">From here on (or down to here) it is a warning.</param>
/// <param name="Margin">A level is left only that far back on its good side, from 0.</param>
/// <param name="LowIsBad">Less is worse.</param>
public readonly record struct Threshold(double Warning, double Critical, double Margin, bool LowIsBad = false)
{
    //            value ≥ warning                value ≥ critical
    //   Good ─────────────────────▶ Warning ─────────────────────▶ Critical
    //     ▲                           │ ▲                             │
    //     └── value < warning − margin┘ └── value < critical − margin ┘   (each turned round where less is worse)

    /// <param name="before">The level of the last look; a sensor that was not read before is Good.</param>
    public SensorLevel Judge(double value, SensorLevel before)
    {
        if (Reaches(value, Critical, before == SensorLevel.Critical)) return SensorLevel.Critical;
        return Reaches(value, Warning, before is SensorLevel.Warning or SensorLevel.Critical) ? SensorLevel.Warning : SensorLevel.Good;
    }

    private bool Reaches(double value, double limit, bool isThere)
    {
        var margin = isThere ? Margin : 0;
        return LowIsBad ? value <= limit + margin : value >= limit - margin;
    }
}
