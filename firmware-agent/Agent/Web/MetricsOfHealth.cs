using Appliance.Agent.Status;
using Appliance.Core.Health;

namespace Appliance.Agent.Web;

/// <summary>What this node finds wrong with itself, as metrics. The other one's sensors are its own to tell.</summary>
internal static class MetricsOfHealth
{
    public static void Add(MetricsText text, StatusView view)
    {
        text.Family("node_health_score", "gauge", "What a node finds wrong with itself, 1000: nothing; never 0.")
            .Sample(view.HealthScore, "node", view.Node.Name);
        text.Family("sensor_level", "gauge", "What a sensor of this node says: 0 good, 1 warning, 2 critical, 3 unknown.");
        for (var i = 0; i < view.Sensors.Count; i++)
            if (IsFirst(view.Sensors, i)) text.Sample(Number(view.Sensors[i].Level), "sensor", view.Sensors[i].Sensor);
        Values("ratio", "Share that a sensor measured: of room that is used, of memory that is available, of a minute that tasks waited.");
        Values("seconds", "Time that a sensor measured: of a small write.");
        Values("celsius", "Temperature that a sensor measured.");
        void Values(string unit, string help)
        {
            text.Family($"sensor_{unit}", "gauge", help);
            for (var i = 0; i < view.Sensors.Count; i++)
                if (view.Sensors[i].Unit == unit && IsFirst(view.Sensors, i))
                    text.Sample(view.Sensors[i].Value, "sensor", view.Sensors[i].Sensor);
        }
    }

    /// <summary>A sensor of the installer's own may be called like one of ours. A series that is told twice costs the whole
    /// page: Prometheus refuses it.</summary>
    private static bool IsFirst(IReadOnlyList<SensorReading> sensors, int at)
    {
        for (var i = 0; i < at; i++)
            if (sensors[i].Sensor == sensors[at].Sensor) return false;
        return true;
    }

    /// <summary>Exit codes of the Nagios plugin interface.</summary>
    private static int Number(SensorLevel level) => level switch
    {
        SensorLevel.Good => 0,
        SensorLevel.Warning => 1,
        SensorLevel.Critical => 2,
        _ => 3,
    };
}
