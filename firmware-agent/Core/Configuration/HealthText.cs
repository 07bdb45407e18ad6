using System.Collections.Immutable;
using Appliance.Core.Configuration.Schema;

namespace Appliance.Core.Configuration;

/// <summary>Makes the records of <c>[health]</c> and <c>[sensor.NAME]</c>, and their canonical text.</summary>
internal static class HealthText
{
    /// <summary>Null: there is no section.</summary>
    public static HealthConfig? Build(Section root)
    {
        if (!root.Has("health", out Section health)) return null;
        return new HealthConfig(
            health.Get<TimeSpan>("interval"), health.Get<string>("on-critical") == "move", health.Get<TimeSpan>("settle"),
            health.Get<ImmutableArray<string>>("paths"), Limits(health, "space"), health.Get<TimeSpan>("disk-deadline"),
            Limits(health, "memory"), Limits(health, "pressure"), Limits(health, "temperature"), health.Get<int>("link-errors"),
            health.Get<bool>("clock"), health.Get<bool>("smart"));
    }

    public static ImmutableArray<SensorConfig> Sensors(Section root) => [.. root.Sections("sensor").Select(Sensor)];

    public static void Write(TomlText text, HealthConfig health)
    {
        text.Title("[health]").Line("interval", health.Interval).Line("on-critical", health.MovesAway ? "move" : "stay")
            .Line("settle", health.Settle).Line("paths", health.Paths);
        Limits(text, "space", health.Space);
        text.Line("disk-deadline", health.DiskDeadline);
        Limits(text, "memory", health.Memory);
        Limits(text, "pressure", health.Pressure);
        Limits(text, "temperature", health.Temperature);
        text.Line("link-errors", health.LinkErrors).Line("clock", health.Clock).Line("smart", health.Smart);
    }

    public static void Write(TomlText text, SensorConfig sensor)
    {
        text.Title($"[sensor.{TomlText.Key(sensor.Name)}]").Line("type", sensor.Word).Line("interval", sensor.Interval)
            .Line("timeout", sensor.Timeout);
        switch (sensor)
        {
            case SensorConfig.Exec exec:
                text.Line("command", exec.Command);
                break;
            case SensorConfig.Http http:
                text.Line("address", http.Address).Line("port", http.Port).Line("path", http.Path).Line("status", http.Status)
                    .Line("level", http.IsCritical ? "critical" : "warning");
                break;
            default:
                throw new InvariantException($"nobody writes {sensor}");
        }
    }

    private static (double Warning, double Critical) Limits(Section health, string what) =>
        (health.Get<int>($"{what}-warning"), health.Get<int>($"{what}-critical"));

    private static void Limits(TomlText text, string what, (double Warning, double Critical) limits) =>
        text.Line($"{what}-warning", (int)limits.Warning).Line($"{what}-critical", (int)limits.Critical);

    private static SensorConfig Sensor(Section sensor)
    {
        var (name, interval, timeout) = (sensor.Name, sensor.Get<TimeSpan>("interval"), sensor.Get<TimeSpan>("timeout"));
        return sensor.Word switch
        {
            "exec" => new SensorConfig.Exec(name, interval, timeout, sensor.Get<ImmutableArray<string>>("command")),
            "http" => new SensorConfig.Http(
                name, interval, timeout, sensor.Get<string>("address"), sensor.Get<int>("port"), sensor.Get<string>("path"),
                sensor.Get<int>("status"), sensor.Get<string>("level") == "critical"),
            _ => throw new InvariantException($"the schema accepts the sensor type \"{sensor.Word}\" and nobody builds it"),
        };
    }
}
