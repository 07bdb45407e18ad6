using Appliance.Core.Cluster;

namespace Appliance.Core.Health;

/// <summary>What two looks in a row are worth telling: a level that changed, once.</summary>
public static class HealthNews
{
    public static IEnumerable<Report> Of(NodeHealth before, NodeHealth after)
    {
        foreach (var reading in after.Readings)
        {
            var was = LevelOf(before, reading.Sensor);
            // What cannot be read is no news: it was good as far as anybody knew.
            if (Told(was) == Told(reading.Level)) continue;
            yield return new Report(
                reading.Level is SensorLevel.Warning or SensorLevel.Critical ? ReportKind.Alarm : ReportKind.Resource,
                $"health: {reading.Text}", Resource: reading.Sensor, From: was.ToString(), To: reading.Level.ToString());
        }
    }

    private static SensorLevel Told(SensorLevel level) => level == SensorLevel.Unknown ? SensorLevel.Good : level;

    private static SensorLevel LevelOf(NodeHealth health, string sensor)
    {
        foreach (var reading in health.Readings)
            if (reading.Sensor == sensor) return reading.Level;
        return SensorLevel.Good;
    }
}
