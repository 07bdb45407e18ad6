namespace Appliance.Drivers.Systemd;

/// <summary>
/// The twin of <see cref="LinuxSystemd"/>. Faults it models: no such unit, a start that fails or hangs, a stop that is ignored until
/// SIGKILL, a unit that dies by itself.
/// </summary>
public sealed class SimulatedSystemd : ISystemd
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, SimulatedUnit> _units = [];
    private readonly List<(string Unit, Action<UnitState> Changed)> _watches = [];

    public SimulatedUnit Add(string unit)
    {
        lock (_gate) return _units[unit] = new SimulatedUnit();
    }

    public UnitChange Start(string unit, CancellationToken abandon)
    {
        if (Find(unit) is not { } there) return new(UnitOutcome.Impossible, $"{unit}: there is no such unit");
        if (there.StartHangs && abandon.WaitHandle.WaitOne()) return new(UnitOutcome.Failed, $"{unit}: abandoned");
        if (there.StartResult != "success")
        {
            Change(unit, new UnitState("loaded", "failed", "failed", there.StartResult));
            return new(UnitOutcome.Failed, $"{unit} did not start, it is {there.State}");
        }

        Change(unit, new UnitState("loaded", "active", "running", "success"));
        return new(UnitOutcome.Done, $"{unit} is {there.State}");
    }

    public UnitChange Stop(string unit, CancellationToken abandon)
    {
        if (Find(unit) is not { } there) return new(UnitOutcome.Done, $"{unit} was not there");
        if (there.IgnoresStop && there.State.IsRunning && abandon.WaitHandle.WaitOne())
            return new(UnitOutcome.Failed, $"{unit}: abandoned");
        return Kill(unit, abandon);
    }

    public UnitChange Kill(string unit, CancellationToken abandon)
    {
        if (Find(unit) is not null) Change(unit, new UnitState("loaded", "inactive", "dead", "success"));
        return new(UnitOutcome.Done, $"{unit} is stopped");
    }

    public UnitState State(string unit) => Find(unit)?.State ?? new UnitState("not-found", "inactive", "dead", "");

    public string StatusText(string unit) => Find(unit)?.StatusText ?? "";

    public IReadOnlyList<int> Members(string unit) => Find(unit) is { State.IsRunning: true } ? [Environment.ProcessId] : [];

    public IDisposable Watch(string unit, Action<UnitState> changed)
    {
        var entry = (unit, changed);
        lock (_gate) _watches.Add(entry);
        return new Unsubscribe(() =>
        {
            lock (_gate) _watches.Remove(entry);
        });
    }

    /// <summary>The unit's main process ends by itself.</summary>
    public void Die(string unit, string result) => Change(unit, new UnitState("loaded", "failed", "failed", result));

    public void Dispose()
    {
    }

    private SimulatedUnit? Find(string unit)
    {
        lock (_gate) return _units.GetValueOrDefault(unit);
    }

    private void Change(string unit, UnitState state)
    {
        List<Action<UnitState>> told;
        lock (_gate)
        {
            if (_units[unit].State == state) return;
            _units[unit].State = state;
            told = [.. _watches.Where(watch => watch.Unit == unit).Select(watch => watch.Changed)];
        }

        foreach (var changed in told) changed(state);
    }

    private sealed class Unsubscribe(Action action) : IDisposable
    {
        public void Dispose() => action();
    }
}

/// <summary>A unit of the twin, with its faults.</summary>
public sealed class SimulatedUnit
{
    public UnitState State { get; internal set; } = new("loaded", "inactive", "dead", "success");

    public string StartResult { get; set; } = "success";

    public bool StartHangs { get; set; }

    public bool IgnoresStop { get; set; }

    /// <summary>What it says of itself.</summary>
    public string StatusText { get; set; } = "";
}
