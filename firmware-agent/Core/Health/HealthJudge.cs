using System.Collections.Immutable;
using System.Globalization;
using Appliance.Core.Configuration;
using Appliance.Core.Time;

namespace Appliance.Core.Health;

/// <summary>What the judge remembers from look to look.</summary>
/// <param name="Errors">Damaged frames by interface, at the beginning of the minute that is counted.</param>
/// <param name="CountedFrom">When that minute began.</param>
/// <param name="Flawed">Interfaces that had too many in the last whole minute, and how many.</param>
public sealed record HealthState(
    NodeHealth Health, ImmutableSortedDictionary<string, long> Errors, Instant CountedFrom,
    ImmutableSortedDictionary<string, long> Flawed)
{
    public static HealthState Start(Instant now) =>
        new(NodeHealth.Unread, ImmutableSortedDictionary<string, long>.Empty, now, ImmutableSortedDictionary<string, long>.Empty);
}

/// <summary>Turns what a machine tells about itself into levels and sentences.</summary>
public static class HealthJudge
{
    private const double SpaceMargin = 2;
    private const double MemoryMargin = 2;
    private const double PressureMargin = 10;
    private const double TemperatureMargin = 3;

    /// <summary>Share of disk-deadline from which a slow answer is a warning.</summary>
    private const double SlowShare = 0.2;

    private const string Ratio = "ratio";
    private const string Seconds = "seconds";
    private const string LookAtIt = "; look at the disk (journalctl -k)";

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <summary>One look.</summary>
    public static HealthState Step(HealthState before, Vitals vitals, HealthConfig config, Instant now)
    {
        var counted = Count(before, vitals, config, now);
        var readings = ImmutableArray.CreateBuilder<SensorReading>();
        var look = new Look(before.Health, config, readings);
        foreach (var space in vitals.Space) look.Space(space);
        if (vitals.Disk is { } disk) look.Disk(disk);
        if (vitals.Memory is { } memory) look.Memory(memory);
        if (vitals.Pressure is { } pressure) look.Pressure(pressure);
        foreach (var temperature in vitals.Temperatures) look.Temperature(temperature);
        foreach (var one in vitals.Interfaces) look.Interface(one, counted.Flawed);
        if (vitals.Clock is { } clock && config.Clock) look.Clock(clock);
        foreach (var drive in vitals.Drives) look.Drive(drive);
        readings.AddRange(vitals.Own);
        return counted with { Health = new NodeHealth(readings.ToImmutable()) };
    }

    private static HealthState Count(HealthState before, Vitals vitals, HealthConfig config, Instant now)
    {
        var errors = before.Errors;
        // A card that is new or was reset begins anew: a count that went back is no negative error.
        foreach (var one in vitals.Interfaces)
            if (!errors.TryGetValue(one.Name, out var known) || one.Errors < known) errors = errors.SetItem(one.Name, one.Errors);
        if (now - before.CountedFrom < Minute) return before with { Errors = errors };
        var flawed = ImmutableSortedDictionary<string, long>.Empty;
        foreach (var one in vitals.Interfaces)
        {
            if (config.LinkErrors > 0 && one.Errors - errors[one.Name] >= config.LinkErrors)
                flawed = flawed.SetItem(one.Name, one.Errors - errors[one.Name]);
            errors = errors.SetItem(one.Name, one.Errors);
        }

        return before with { Errors = errors, CountedFrom = now, Flawed = flawed };
    }

    /// <summary>One look's readings in the making.</summary>
    private readonly struct Look(NodeHealth before, HealthConfig config, ImmutableArray<SensorReading>.Builder readings)
    {
        public void Space(SpaceVital space)
        {
            var sensor = $"space {space.Path}";
            if (space.Problem.Length > 0)
            {
                Add(sensor, SensorLevel.Unknown, $"the room on {space.Path} cannot be read: {space.Problem}");
                return;
            }

            var bytes = Share(space.Size - space.Free, space.Size);
            var files = Share(space.Files - space.FilesFree, space.Files);
            var (used, what) = files > bytes ? (files, "inodes") : (bytes, "room");
            var level = Judge(sensor, used, config.Space, SpaceMargin);
            Add(sensor, level, Format($"{used:0} % of the {what} on {space.Path} is used{Limit(level, config.Space, "%")}")
                + Unless(level, "; delete or move what is not needed"), used / 100, Ratio);
        }

        public void Disk(DiskVital disk)
        {
            var (sensor, took) = ("disk", disk.Took.TotalSeconds);
            if (disk.Problem.Length > 0)
                Add(sensor, SensorLevel.Critical, $"a small write to {disk.Folder} fails: {disk.Problem}{LookAtIt}");
            else if (disk.Took >= config.DiskDeadline)
                Add(sensor, SensorLevel.Critical, Format(
                    $"a small write to {disk.Folder} {(disk.Answered ? "took" : "has no answer after")} {took:0.0} s")
                    + Format($"; expected less than {config.DiskDeadline.TotalSeconds:0.#} s{LookAtIt}"), took, Seconds);
            else if (disk.Answered && disk.Took >= config.DiskDeadline * SlowShare)
                Add(sensor, SensorLevel.Warning, Format(
                    $"a small write to {disk.Folder} took {took:0.0} s: the disk is overloaded or ails"), took, Seconds);
            else if (disk.Answered)
                Add(sensor, SensorLevel.Good, Format(
                    $"a small write to {disk.Folder} took {disk.Took.TotalMilliseconds:0.0} ms"), took, Seconds);
            else Add(sensor, LevelOf(sensor), Format($"a small write to {disk.Folder} is under way for {took:0.0} s"), took, Seconds);
        }

        public void Memory(MemoryVital memory)
        {
            var free = Share(memory.Available, memory.Total);
            var level = Judge("memory", free, config.Memory, MemoryMargin, lowIsBad: true);
            Add("memory", level, Format($"{free:0} % of the memory is available{Limit(level, config.Memory, "%", "at")}")
                + Unless(level, "; see what takes it (ps aux --sort -rss)"), free / 100, Ratio);
        }

        public void Pressure(PressureVital pressure)
        {
            Waits("pressure cpu", pressure.Cpu, "some task waited for a processor");
            Waits("pressure memory", pressure.Memory, "every task waited for memory");
            Waits("pressure io", pressure.Io, "every task waited for a disk");
        }

        private void Waits(string sensor, double share, string what)
        {
            var level = Judge(sensor, share, config.Pressure, PressureMargin);
            var limit = Limit(level, config.Pressure, "%");
            Add(sensor, level, Format($"{what} during {share:0} % of the last minute{limit}"), share / 100, Ratio);
        }

        public void Temperature(TemperatureVital temperature)
        {
            var sensor = $"temperature {temperature.Name}";
            // The hardware knows its own limit better than a file that is the same for all boxes.
            var limits = temperature.Limit is { } own && own < config.Temperature.Critical
                ? (Math.Min(config.Temperature.Warning, own - 10), own) : config.Temperature;
            var level = Judge(sensor, temperature.Celsius, limits, TemperatureMargin);
            Add(sensor, level, Format($"{temperature.Name} has {temperature.Celsius:0} °C{Limit(level, limits, "°C")}")
                + Unless(level, "; look at fan and air"), temperature.Celsius, "celsius");
        }

        public void Interface(InterfaceVital one, ImmutableSortedDictionary<string, long> flawed)
        {
            var sensor = $"errors {one.Name}";
            if (flawed.TryGetValue(one.Name, out var count))
                Add(sensor, SensorLevel.Warning,
                    $"{one.Name} had {count} damaged frames within a minute; expected less than {config.LinkErrors}; change the cable or "
                        + "the port");
            else Add(sensor, SensorLevel.Good, $"{one.Name} has no more damaged frames than it should");
        }

        public void Clock(ClockVital clock) => Add(
            "clock", clock.IsSynchronized ? SensorLevel.Good : SensorLevel.Warning,
            clock.IsSynchronized ? "the clock is synchronized"
                : "the clock is not synchronized: times of events and calls will be wrong (timedatectl; is the time server reached?)");

        public void Drive(DriveVital drive) => Add(
            $"drive {drive.Device}",
            drive.Fails ? SensorLevel.Critical : drive.Problem.Length > 0 ? SensorLevel.Warning : SensorLevel.Good,
            drive.Problem.Length == 0 ? $"{drive.Device} says that it is well"
                : $"{drive.Device} {drive.Problem}; replace it (smartctl -a {drive.Device})");

        private SensorLevel Judge(
            string sensor, double value, (double Warning, double Critical) limits, double margin, bool lowIsBad = false) =>
            new Threshold(limits.Warning, limits.Critical, margin, lowIsBad).Judge(value, LevelOf(sensor));

        private SensorLevel LevelOf(string sensor)
        {
            foreach (var reading in before.Readings)
                if (reading.Sensor == sensor) return reading.Level;
            return SensorLevel.Good;
        }

        private void Add(string sensor, SensorLevel level, string text, double value = 0, string? unit = null) =>
            readings.Add(new SensorReading(sensor, level, text) { Value = value, Unit = unit });
    }

    private static string Limit(SensorLevel level, (double Warning, double Critical) limits, string unit, string word = "from") =>
        level switch
        {
            SensorLevel.Warning => Format($" (a warning {word} {limits.Warning:0} {unit})"),
            SensorLevel.Critical => Format($" (critical {word} {limits.Critical:0} {unit})"),
            _ => "",
        };

    private static string Unless(SensorLevel level, string advice) => level == SensorLevel.Good ? "" : advice;

    private static double Share(long part, long whole) => whole <= 0 ? 0 : 100.0 * part / whole;

    private static string Format(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
