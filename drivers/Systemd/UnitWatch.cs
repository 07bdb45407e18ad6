namespace Appliance.Drivers.Systemd;

/// <summary>One interest in one unit's state. All but Dispose runs on the bus thread.</summary>
internal sealed class UnitWatch(string unit, Action<UnitState> changed, Action<UnitWatch> dispose) : IDisposable
{
    private UnitState? _last;
    private volatile bool _ended;

    /// <summary>The unit's object path; empty until begun.</summary>
    public string Path { get; private set; } = "";

    private string Match =>
        $"type='signal',sender='{ManagerCalls.Name}',path='{Path}',interface='{ManagerCalls.Properties}',member='PropertiesChanged'";

    /// <summary>Begins, also on a new connection: tells the state if it differs from the last one told.</summary>
    public void Begin(BusConnection bus)
    {
        Path = ManagerCalls.Load(bus, unit);
        ManagerCalls.AddMatch(bus, Match);
        if (_last is null) _last = ManagerCalls.State(bus, unit);
        else Look(bus);
    }

    public void End(BusConnection bus, bool othersRemain)
    {
        if (!othersRemain) ManagerCalls.RemoveMatch(bus, Match);
    }

    public void Look(BusConnection bus)
    {
        var state = ManagerCalls.State(bus, unit);
        if (state == _last || _ended) return;
        _last = state;
        changed(state);
    }

    public void Dispose()
    {
        _ended = true;
        dispose(this);
    }
}
