namespace Appliance.Drivers.Systemd;

/// <summary>The service manager. Operations block the caller until systemd's job has ended; different units at the same time from
/// different threads.</summary>
public interface ISystemd : IDisposable
{
    /// <summary>Starts a unit, forgetting its earlier failures; replaces a job under way.</summary>
    UnitChange Start(string unit, CancellationToken abandon);

    /// <summary>Stops a unit; one that is not there is stopped.</summary>
    UnitChange Stop(string unit, CancellationToken abandon);

    /// <summary>Stops a unit with SIGKILL to all its processes, again every second.</summary>
    UnitChange Kill(string unit, CancellationToken abandon);

    /// <summary>How the unit stands now.</summary>
    /// <exception cref="IOException">systemd cannot be asked; the message says why.</exception>
    UnitState State(string unit);

    /// <summary>Tells every change of the unit's state as systemd signals it, on a thread that must not be held up. Disposing ends
    /// it.</summary>
    IDisposable Watch(string unit, Action<UnitState> changed);
}
