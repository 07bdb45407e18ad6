using System.Collections.Immutable;
using Appliance.Core;
using Appliance.Core.Cluster;
using Appliance.Core.Configuration;
using Appliance.Core.Health;
using Appliance.Core.Time;
using Appliance.Drivers.Vitals;

namespace Appliance.Agent.Health;

/// <summary>
/// Looks at this machine on threads of its own, judges, and posts what changed. A sensor or a drive that does not answer delays other
/// sensors, never a heartbeat or a decision.
/// </summary>
public sealed class HealthWatch : IDisposable
{
    private static readonly TimeSpan DrivesEvery = TimeSpan.FromMinutes(30);
    private readonly Func<NodeState> _state;
    private readonly string _stateDirectory;
    private readonly IVitals _vitals;
    private readonly DriveAsker _drives;
    private readonly DiskAsker _disk;
    private readonly Func<Instant> _clock;
    private readonly Action<Event> _post;
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _thread;
    private readonly Thread _slow;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (Instant At, SensorReading Reading)> _own = [];
    private ImmutableArray<DriveVital> _driveAnswers = [];
    private HealthState _judged;

    /// <param name="state">The node's state, for the configuration in force and what is mounted.</param>
    public HealthWatch(
        Func<NodeState> state, string stateDirectory, IVitals vitals, DriveAsker drives, Func<Instant> clock, Action<Event> post)
    {
        (_state, _stateDirectory, _vitals, _drives, _clock, _post) = (state, stateDirectory, vitals, drives, clock, post);
        _disk = new DiskAsker(stateDirectory);
        _judged = HealthState.Start(clock());
        _thread = new Thread(Run, Limits.ThreadStackBytes) { IsBackground = true, Name = "health" };
        _slow = new Thread(RunSlow, Limits.ThreadStackBytes) { IsBackground = true, Name = "health sensors" };
    }

    public void Start()
    {
        _thread.Start();
        _slow.Start();
    }

    /// <summary>One look at the machine; posts when anything reads otherwise than before.</summary>
    public void Look()
    {
        var config = _state().Config;
        var vitals = _vitals.Read(Folders(config), Interfaces(config)) with
        {
            Disk = config.Health.DiskDeadline > TimeSpan.Zero ? _disk.Look() : null,
        };
        lock (_lock)
            vitals = vitals with
            {
                Drives = config.Health.Smart ? _driveAnswers : [],
                Own = [.. config.Sensors.Where(sensor => _own.ContainsKey(sensor.Name)).Select(sensor => _own[sensor.Name].Reading)],
            };
        var before = _judged.Health;
        _judged = HealthJudge.Step(_judged, vitals, config.Health, _clock());
        if (!before.SaysTheSameAs(_judged.Health)) _post(new Event.HealthRead(_judged.Health));
    }

    /// <summary>Asks the sensors of the configuration that are due.</summary>
    public void AskSensors()
    {
        foreach (var sensor in _state().Config.Sensors)
        {
            lock (_lock)
                if (_own.TryGetValue(sensor.Name, out var last) && _clock() - last.At < sensor.Interval) continue;
            var reading = SensorQuestion.Ask(sensor, _stop.Token);
            lock (_lock) _own[sensor.Name] = (_clock(), reading);
        }
    }

    private List<string> Folders(ApplianceConfig config)
    {
        var mounts = config.Groups.SelectMany(group => group.Resources).Select(resource => resource.What).OfType<ResourceKind.Mount>()
            .Select(mount => mount.Directory).ToArray();
        return [.. new[] { _stateDirectory }.Concat(config.Health.Paths).Concat(_vitals.Mounted(mounts)).Distinct()];
    }

    private static List<string> Interfaces(ApplianceConfig config) =>
    [
        .. config.Links.Select(link => link switch
        {
            LinkConfig.Unicast unicast => unicast.Interface,
            LinkConfig.Multicast multicast => multicast.Interface,
            LinkConfig.Broadcast broadcast => broadcast.Interface,
            _ => "",
        }).Concat(config.Groups.SelectMany(group => group.Resources).Select(resource => resource.What).OfType<ResourceKind.Ip>()
            .Select(ip => ip.Interface)).Where(name => name.Length > 0).Distinct(),
    ];

    private void Run()
    {
        do Look();
        while (!_stop.Token.WaitHandle.WaitOne(_state().Config.Health.Interval));
    }

    private void RunSlow()
    {
        Instant? asked = null;
        do
        {
            AskSensors();
            if (asked is { } at && _clock() - at < DrivesEvery) continue;
            asked = _clock();
            if (!_state().Config.Health.Smart || _drives.Ask(_stop.Token) is not { } answers) continue;
            lock (_lock) _driveAnswers = answers;
        }
        while (!_stop.Token.WaitHandle.WaitOne(TimeSpan.FromSeconds(1)));
    }

    public void Dispose()
    {
        _stop.Cancel();
        _disk.Dispose();
    }
}
