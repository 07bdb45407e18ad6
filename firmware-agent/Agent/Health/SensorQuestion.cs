using System.Net;
using Appliance.Agent.Status;
using Appliance.Core;
using Appliance.Core.Configuration;
using Appliance.Core.Health;
using Appliance.Drivers.Probes;
using Appliance.Drivers.Script;

namespace Appliance.Agent.Health;

/// <summary>Asks a sensor of the configuration. Ends within its timeout and a little.</summary>
internal static class SensorQuestion
{
    /// <summary>Characters of a sensor's sentence that are kept.</summary>
    private const int TextMax = 200;

    public static SensorReading Ask(SensorConfig sensor, CancellationToken abandon) => sensor switch
    {
        SensorConfig.Exec exec => Exec(exec, abandon),
        SensorConfig.Http http => Http(http),
        _ => throw new InvariantException($"nobody asks {sensor}"),
    };

    private static SensorReading Exec(SensorConfig.Exec sensor, CancellationToken abandon)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(abandon);
        bound.CancelAfter(sensor.Timeout);
        var end = ProcessRunner.Run(sensor.Command, null, bound.Token);
        var level = end.ExitCode switch
        {
            0 => SensorLevel.Good,
            1 => SensorLevel.Warning,
            2 => SensorLevel.Critical,
            _ => SensorLevel.Unknown,
        };
        var lines = end.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var said = level == SensorLevel.Unknown ? end.Words : lines.Length > 0 ? lines[0] : $"exit code {end.ExitCode}";
        return new SensorReading(Name(sensor), level, $"{sensor.Name}: {Short(said)}");
    }

    private static SensorReading Http(SensorConfig.Http sensor)
    {
        using var probe = new HttpProbe(IPAddress.Parse(sensor.Address), sensor.Port, sensor.Path, sensor.Status);
        var answer = probe.Ask(sensor.Timeout);
        var bad = sensor.IsCritical ? SensorLevel.Critical : SensorLevel.Warning;
        return new SensorReading(Name(sensor), answer.Healthy ? SensorLevel.Good : bad, $"{sensor.Name}: {Short(answer.Text)}");
    }

    private static string Name(SensorConfig sensor) => $"sensor {sensor.Name}";

    private static string Short(string text) => Words.Clean(text.Length <= TextMax ? text : string.Concat(text.AsSpan(0, TextMax), "…"));
}
