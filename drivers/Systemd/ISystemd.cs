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

    /// <summary>What the unit's process last said of itself (STATUS= of sd_notify(3)); empty: nothing, or no service.</summary>
    /// <exception cref="IOException">systemd cannot be asked; the message says why.</exception>
    string StatusText(string unit);

    /// <summary>Ids of the processes that run in the unit's control group; empty when it has none.</summary>
    /// <exception cref="IOException">systemd or the kernel cannot be asked; the message says why.</exception>
    IReadOnlyList<int> Members(string unit);

    /// <summary>Tells every change of the unit's state as systemd signals it, on a thread that must not be held up. Disposing ends
    /// it.</summary>
    IDisposable Watch(string unit, Action<UnitState> changed);
}
