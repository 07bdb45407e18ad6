using System.Text.Json.Serialization;

namespace Appliance.Core.Health;

/// <summary>What a sensor says, worse ones later. The words of the Nagios plugin interface; Pacemaker's green, yellow and red.</summary>
[JsonConverter(typeof(EnumWord<SensorLevel>))]
public enum SensorLevel : byte
{
    Good,

    /// <summary>It could not be read. That says nothing about the node.</summary>
    Unknown,

    /// <summary>A person should look.</summary>
    Warning,

    /// <summary>The node will not serve well for long, or does not now.</summary>
    Critical,
}

/// <summary>A sensor at one moment.</summary>
/// <param name="Sensor">Stable name, for example "space /var".</param>
/// <param name="Text">What was found, what is expected, what to do.</param>
public sealed record SensorReading(string Sensor, SensorLevel Level, string Text)
{
    /// <summary>What was measured, in <see cref="Unit"/>.</summary>
    public double Value { get; init; }

    /// <summary>ratio (0 to 1), seconds or celsius; null: it is no number, or could not be read.</summary>
    public string? Unit { get; init; }
}
