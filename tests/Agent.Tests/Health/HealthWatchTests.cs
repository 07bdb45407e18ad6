using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Appliance.Agent.Health;
using Appliance.Core.Cluster;
using Appliance.Core.Configuration;
using Appliance.Core.Health;
using Appliance.Core.Time;
using Appliance.Drivers.Vitals;

namespace Appliance.Agent.Tests.Health;

public sealed class HealthWatchTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("health").FullName;
    private readonly ConcurrentQueue<Event> _posted = new();
    private readonly SimulatedVitals _vitals = new();
    private Instant _now = Instant.FromMilliseconds(1_000_000);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static ApplianceConfig Config { get; } =
        ConfigReader.Read(File.ReadAllBytes(RepositoryFiles.PathOf("docs/appliance.minimal.toml"))).Config!;

    private HealthWatch Watch(ApplianceConfig config)
    {
        var state = NodeMachine.Start(config, 0, null, "boot", _now);
        return new HealthWatch(() => state, _folder, _vitals, new DriveAsker(_folder + "/none", _folder), () => _now, _posted.Enqueue);
    }

    private NodeHealth Posted()
    {
        NodeHealth? last = null;
        while (_posted.TryDequeue(out var posted)) last = Assert.IsType<Event.HealthRead>(posted).Health;
        Assert.NotNull(last);
        return last;
    }

    [Fact]
    public void It_looks_at_the_state_directory_and_at_the_interfaces_of_the_pair_and_posts_only_what_changed()
    {
        _vitals.Used[_folder] = 96;
        (_vitals.Errors["eth0"], _vitals.Errors["eth1"]) = (0, 0);
        using var watch = Watch(Config with { WrittenHealth = HealthConfig.Default with { DiskDeadline = TimeSpan.Zero } });
        watch.Look();
        Assert.Equal(
            [$"space {_folder} Critical", "errors eth1 Good", "errors eth0 Good"],
            Posted().Readings.Select(one => $"{one.Sensor} {one.Level}"));
        watch.Look();
        Assert.Empty(_posted);
        _vitals.Used[_folder] = 50;
        watch.Look();
        Assert.Equal(1000, Posted().Score);
    }

    [Fact]
    public void A_real_disk_is_asked()
    {
        _vitals.Used[_folder] = 1;
        using var watch = Watch(Config);
        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                watch.Look();
                return _posted.Any(posted => posted is Event.HealthRead read && read.Health.Readings.Any(one =>
                    one.Sensor == "disk" && one.Text.Contains("took", StringComparison.Ordinal)));
            }, 20_000));
        Assert.True(File.Exists(_folder + "/health.probe"));
    }

    [Theory]
    [InlineData("echo all is well", SensorLevel.Good, "ups: all is well")]
    [InlineData("echo on battery; exit 1", SensorLevel.Warning, "ups: on battery")]
    [InlineData("echo empty; echo more; exit 2", SensorLevel.Critical, "ups: empty")]
    [InlineData("exit 2", SensorLevel.Critical, "ups: exit code 2")]
    [InlineData("echo who knows; exit 3", SensorLevel.Unknown, "ups: exit code 3: who knows")]
    [InlineData("exit 77", SensorLevel.Unknown, "ups: exit code 77")]
    [InlineData("printf 'a\\033[31mb'", SensorLevel.Good, "ups: a?[31mb")]
    public void A_program_is_believed_by_its_exit_code(string script, SensorLevel level, string text)
    {
        using var watch = Watch(Config with
        {
            Sensors = [new SensorConfig.Exec("ups", TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(20), ["/bin/sh", "-c", script])],
        });
        watch.AskSensors();
        watch.Look();
        var reading = Posted().Readings.Single(one => one.Sensor == "sensor ups");
        Assert.Equal((level, text), (reading.Level, reading.Text));
    }

    [Fact]
    public void A_program_that_does_not_end_is_ended_and_unknown()
    {
        using var watch = Watch(Config with
        {
            Sensors = [new SensorConfig.Exec("ups", TimeSpan.FromMinutes(1), TimeSpan.FromMilliseconds(100), ["/bin/sleep", "1000"])],
        });
        watch.AskSensors();
        watch.Look();
        Assert.Equal(SensorLevel.Unknown, Posted().Readings.Single(one => one.Sensor == "sensor ups").Level);
    }

    [Fact]
    public void A_sensor_is_asked_again_when_it_is_due()
    {
        var count = _folder + "/count";
        using var watch = Watch(Config with
        {
            Sensors =
            [
                new SensorConfig.Exec("one", TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(20), ["/bin/sh", "-c", $"echo x >>{count}"]),
            ],
        });
        watch.AskSensors();
        watch.AskSensors();
        Assert.Single(File.ReadAllLines(count));
        _now += TimeSpan.FromMinutes(1);
        watch.AskSensors();
        Assert.Equal(2, File.ReadAllLines(count).Length);
    }

    [Fact]
    public void A_page_that_does_not_answer_as_it_should_is_what_the_file_says()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        using var watch = Watch(Config with
        {
            Sensors =
            [
                new SensorConfig.Http("door", TimeSpan.FromMinutes(1), TimeSpan.FromMilliseconds(200), "127.0.0.1", port, "/", 200, true),
                new SensorConfig.Http("roof", TimeSpan.FromMinutes(1), TimeSpan.FromMilliseconds(200), "127.0.0.1", port, "/", 200, false),
            ],
        });
        watch.AskSensors();
        watch.Look();
        Assert.Equal(
            [SensorLevel.Critical, SensorLevel.Warning],
            Posted().Readings.Where(one => one.Sensor.StartsWith("sensor", StringComparison.Ordinal)).Select(one => one.Level));
    }
}
