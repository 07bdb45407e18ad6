using System.Collections.Immutable;

namespace Appliance.Core.Configuration;

/// <summary><c>[health]</c>. Limits are pairs: a warning, and critical.</summary>
/// <param name="Interval">Pause between two looks.</param>
/// <param name="MovesAway">A node that is critical gives its groups to a peer that is not.</param>
/// <param name="Settle">It must be so for this long.</param>
/// <param name="Paths">Folders whose file systems are watched, beside the state directory and mounted resources.</param>
/// <param name="Space">Percent used.</param>
/// <param name="DiskDeadline">A small write must be durable by then; zero: it is not tried.</param>
/// <param name="Memory">Percent available.</param>
/// <param name="Pressure">Percent of a minute in which tasks waited.</param>
/// <param name="Temperature">Degrees Celsius.</param>
/// <param name="LinkErrors">Damaged frames within a minute that are a warning; 0: they are not looked at.</param>
/// <param name="Clock">A clock that is not synchronized is a warning.</param>
/// <param name="Smart">Drives are asked with smartctl where it is installed.</param>
public sealed record HealthConfig(
    TimeSpan Interval, bool MovesAway, TimeSpan Settle, ImmutableArray<string> Paths, (double Warning, double Critical) Space,
    TimeSpan DiskDeadline, (double Warning, double Critical) Memory, (double Warning, double Critical) Pressure,
    (double Warning, double Critical) Temperature, int LinkErrors, bool Clock, bool Smart)
{
    /// <summary>What is not in a file is as if its section were empty.</summary>
    public static HealthConfig Default { get; } = new(
        TimeSpan.FromSeconds(10), false, TimeSpan.FromMinutes(1), [], (85, 95), TimeSpan.FromSeconds(5), (10, 4), (60, 90), (80, 95), 10,
        true, true);
}

/// <summary><c>[sensor.NAME]</c>: somebody who knows more about the machine.</summary>
public abstract record SensorConfig(string Name, TimeSpan Interval, TimeSpan Timeout)
{
    /// <summary>The type's word.</summary>
    public abstract string Word { get; }

    /// <summary>A program with the exit codes of the Nagios plugin interface: 0 good, 1 warning, 2 critical, else unknown.</summary>
    public sealed record Exec(string Name, TimeSpan Interval, TimeSpan Timeout, ImmutableArray<string> Command)
        : SensorConfig(Name, Interval, Timeout)
    {
        public override string Word => "exec";
    }

    /// <summary>A GET; another status, or none, is a warning, or critical.</summary>
    public sealed record Http(
        string Name, TimeSpan Interval, TimeSpan Timeout, string Address, int Port, string Path, int Status, bool IsCritical)
        : SensorConfig(Name, Interval, Timeout)
    {
        public override string Word => "http";
    }
}
