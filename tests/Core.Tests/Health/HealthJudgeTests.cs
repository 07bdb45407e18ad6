using Appliance.Core.Configuration;
using Appliance.Core.Health;
using Appliance.Core.Time;

namespace Appliance.Core.Tests.Health;

public sealed class HealthJudgeTests
{
    private static readonly HealthConfig Config = HealthConfig.Default;
    private static readonly Instant Begin = Instant.FromMilliseconds(1_000_000);

    private static HealthState Step(HealthState before, Vitals vitals, double seconds = 10) =>
        HealthJudge.Step(before, vitals, Config, Begin + TimeSpan.FromSeconds(seconds));

    private static SensorReading One(Vitals vitals) => Assert.Single(Step(HealthState.Start(Begin), vitals).Health.Readings);

    [Theory]
    [InlineData(84, SensorLevel.Good)]
    [InlineData(85, SensorLevel.Warning)]
    [InlineData(95, SensorLevel.Critical)]
    [InlineData(100, SensorLevel.Critical)]
    public void Room_is_judged_by_what_is_used(int used, SensorLevel level)
    {
        var reading = One(new Vitals { Space = [new SpaceVital("/var", 1000, 1000 - (used * 10), 0, 0)] });
        Assert.Equal(("space /var", level), (reading.Sensor, reading.Level));
        Assert.Contains($"{used} % of the room on /var is used", reading.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Inodes_can_be_what_is_short()
    {
        var reading = One(new Vitals { Space = [new SpaceVital("/var", 1000, 900, 100, 3)] });
        Assert.Equal(SensorLevel.Critical, reading.Level);
        Assert.StartsWith("97 % of the inodes on /var is used (critical from 95 %)", reading.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_read_is_unknown_and_costs_nothing()
    {
        var state = Step(HealthState.Start(Begin), new Vitals { Space = [new SpaceVital("/srv", 0, 0, 0, 0, "Input/output error")] });
        Assert.Equal(SensorLevel.Unknown, Assert.Single(state.Health.Readings).Level);
        Assert.Equal(1000, state.Health.Score);
        Assert.Empty(HealthNews.Of(NodeHealth.Unread, state.Health));
    }

    [Theory]
    [InlineData(0.9, true, "", SensorLevel.Good)]
    [InlineData(1.0, true, "", SensorLevel.Warning)]
    [InlineData(5.0, true, "", SensorLevel.Critical)]
    [InlineData(4.9, false, "", SensorLevel.Good)]
    [InlineData(5.0, false, "", SensorLevel.Critical)]
    [InlineData(0.001, true, "Read-only file system", SensorLevel.Critical)]
    public void A_disk_is_judged_by_its_answer_or_its_silence(double seconds, bool answered, string problem, SensorLevel level) =>
        Assert.Equal(level, One(new Vitals { Disk = new DiskVital("/var", TimeSpan.FromSeconds(seconds), answered, problem) }).Level);

    [Fact]
    public void A_disk_that_was_slow_and_is_asked_again_keeps_its_level_until_it_answers()
    {
        var slow = Step(HealthState.Start(Begin), new Vitals { Disk = new DiskVital("/var", TimeSpan.FromSeconds(6), true, "") });
        var asked = Step(slow, new Vitals { Disk = new DiskVital("/var", TimeSpan.FromSeconds(1), false, "") }, 20);
        Assert.Equal(SensorLevel.Critical, Assert.Single(asked.Health.Readings).Level);
        var well = Step(asked, new Vitals { Disk = new DiskVital("/var", TimeSpan.FromMilliseconds(3), true, "") }, 30);
        Assert.Equal(SensorLevel.Good, Assert.Single(well.Health.Readings).Level);
    }

    [Theory]
    [InlineData(11, SensorLevel.Good)]
    [InlineData(10, SensorLevel.Warning)]
    [InlineData(4, SensorLevel.Critical)]
    public void Of_memory_less_is_worse(int percent, SensorLevel level) =>
        Assert.Equal(level, One(new Vitals { Memory = new MemoryVital(1000, percent * 10) }).Level);

    [Fact]
    public void Each_pressure_is_a_sensor()
    {
        var health = Step(HealthState.Start(Begin), new Vitals { Pressure = new PressureVital(60, 5, 95) }).Health;
        Assert.Equal([SensorLevel.Warning, SensorLevel.Good, SensorLevel.Critical], health.Readings.Select(one => one.Level));
    }

    [Fact]
    public void What_was_measured_is_told_as_a_number_with_its_unit()
    {
        var vitals = new Vitals
        {
            Space = [new SpaceVital("/var", 1000, 90, 0, 0), new SpaceVital("/gone", 0, 0, 0, 0, "No such file or directory")],
            Disk = new DiskVital("/var", TimeSpan.FromMilliseconds(250), true, ""),
            Memory = new MemoryVital(1000, 400),
            Pressure = new PressureVital(60, 5, 95),
            Temperatures = [new TemperatureVital("coretemp", 48.5, null)],
            Clock = new ClockVital(true),
        };
        var told = Step(HealthState.Start(Begin), vitals).Health.Readings.Select(one => (one.Sensor, one.Value, one.Unit));
        Assert.Equal(
            [
                ("space /var", 0.91, "ratio"), ("space /gone", 0.0, (string?)null), ("disk", 0.25, "seconds"), ("memory", 0.4, "ratio"),
                ("pressure cpu", 0.6, "ratio"), ("pressure memory", 0.05, "ratio"), ("pressure io", 0.95, "ratio"),
                ("temperature coretemp", 48.5, "celsius"), ("clock", 0.0, null),
            ],
            told);
    }

    [Theory]
    [InlineData(79, null, SensorLevel.Good)]
    [InlineData(80, null, SensorLevel.Warning)]
    [InlineData(95, null, SensorLevel.Critical)]
    [InlineData(69, 80.0, SensorLevel.Good)]
    [InlineData(70, 80.0, SensorLevel.Warning)]
    [InlineData(80, 80.0, SensorLevel.Critical)]
    [InlineData(90, 110.0, SensorLevel.Warning)]
    public void Hardware_that_names_a_lower_limit_is_believed(double celsius, double? limit, SensorLevel level) =>
        Assert.Equal(level, One(new Vitals { Temperatures = [new TemperatureVital("coretemp", celsius, limit)] }).Level);

    [Fact]
    public void A_value_that_trembles_around_a_limit_is_told_once()
    {
        var (state, told) = (HealthState.Start(Begin), 0);
        for (var look = 0; look < 20; look++)
        {
            var celsius = look % 2 == 0 ? 80.5 : 79.5;
            var next = Step(state, new Vitals { Temperatures = [new TemperatureVital("cpu", celsius, null)] }, look * 10);
            told += HealthNews.Of(state.Health, next.Health).Count();
            state = next;
        }

        Assert.Equal(1, told);
        Assert.Equal(1, HealthNews.Of(
            state.Health, Step(state, new Vitals { Temperatures = [new TemperatureVital("cpu", 70, null)] }, 999).Health).Count());
    }

    [Fact]
    public void Damaged_frames_count_by_the_minute()
    {
        var state = HealthState.Start(Begin);
        SensorLevel Look(long errors, double seconds)
        {
            state = Step(state, new Vitals { Interfaces = [new InterfaceVital("eth1", errors)] }, seconds);
            return Assert.Single(state.Health.Readings).Level;
        }

        // What was there before we looked is nobody's fault.
        Assert.Equal(SensorLevel.Good, Look(5000, 0));
        Assert.Equal(SensorLevel.Good, Look(5009, 60));
        Assert.Equal(SensorLevel.Good, Look(5019, 119));
        Assert.Equal(SensorLevel.Warning, Look(5019, 120));
        Assert.Equal(SensorLevel.Warning, Look(5020, 179));
        Assert.Equal(SensorLevel.Good, Look(5020, 180));
        // A new card counts from nothing.
        Assert.Equal(SensorLevel.Good, Look(3, 240));
        Assert.Equal(SensorLevel.Good, Look(3, 300));
    }

    [Fact]
    public void Clock_and_drives()
    {
        var health = Step(HealthState.Start(Begin), new Vitals
        {
            Clock = new ClockVital(false),
            Drives = [new DriveVital("/dev/sda", true, "says that it is failing (SMART)"), new DriveVital("/dev/sdb", false, "ails"),
                new DriveVital("/dev/sdc", false, "")],
        }).Health;
        Assert.Equal(
            [SensorLevel.Warning, SensorLevel.Critical, SensorLevel.Warning, SensorLevel.Good], health.Readings.Select(one => one.Level));
        Assert.Equal(1000 - (2 * 50) - 400, health.Score);
        Assert.StartsWith("/dev/sda says that it is failing", health.Reasons.First(), StringComparison.Ordinal);
        Assert.Empty(HealthJudge.Step(
            HealthState.Start(Begin), new Vitals { Clock = new ClockVital(false) }, Config with { Clock = false }, Begin).Health.Readings);
    }

    [Fact]
    public void Many_warnings_weigh_less_than_one_critical_finding_and_a_living_node_is_worth_something()
    {
        NodeHealth Of(int warnings, int criticals) => new(
        [
            .. Enumerable.Range(0, warnings).Select(number => new SensorReading($"w{number}", SensorLevel.Warning, "")),
            .. Enumerable.Range(0, criticals).Select(number => new SensorReading($"c{number}", SensorLevel.Critical, "")),
        ]);
        Assert.Equal(950, Of(1, 0).Score);
        Assert.True(Of(100, 0).Score > Of(0, 1).Score);
        Assert.Equal(1, Of(100, 100).Score);
    }
}
