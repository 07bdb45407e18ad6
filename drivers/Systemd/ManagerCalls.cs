namespace Appliance.Drivers.Systemd;

/// <summary>The methods of systemd that we call, one each.</summary>
internal static class ManagerCalls
{
    public const string Name = "org.freedesktop.systemd1";
    public const string Manager = "org.freedesktop.systemd1.Manager";
    public const string Properties = "org.freedesktop.DBus.Properties";
    private const string Path = "/org/freedesktop/systemd1";
    private const string Unit = "org.freedesktop.systemd1.Unit";
    private const string Service = "org.freedesktop.systemd1.Service";
    private const string Bus = "org.freedesktop.DBus";

    /// <summary>Without this systemd sends no signals.</summary>
    public static void Subscribe(BusConnection bus)
    {
        AddMatch(bus, $"type='signal',sender='{Name}',interface='{Manager}',member='JobRemoved'");
        Call(bus, "Subscribe");
    }

    /// <summary>systemd answers an error while the subscription exists, which is the usual case.</summary>
    public static void SubscribeAgain(BusConnection bus)
    {
        try
        {
            Call(bus, "Subscribe");
        }
        catch (BusFault fault) when (!fault.IsDisconnect)
        {
            // AlreadySubscribed.
        }
    }

    /// <summary>Queues a start; the path of the job.</summary>
    public static string Start(BusConnection bus, string unit) => CallForPath(bus, "StartUnit", unit, "replace");

    /// <summary>Queues a stop; the path of the job.</summary>
    public static string Stop(BusConnection bus, string unit) => CallForPath(bus, "StopUnit", unit, "replace");

    /// <summary>The object path of a unit, loading it if need be; a missing one gets a path, too.</summary>
    public static string Load(BusConnection bus, string unit) => CallForPath(bus, "LoadUnit", unit);

    public static bool ResetFailed(BusConnection bus, string unit) => Call(bus, "ResetFailedUnit", unit);

    /// <summary>Sends a signal to all processes of the unit; false when there was none left.</summary>
    public static bool Kill(BusConnection bus, string unit, int signal)
    {
        try
        {
            return Call(bus, "KillUnit", unit, "all", signal);
        }
        catch (BusFault fault) when (
            fault.Name is "org.freedesktop.systemd1.NoSuchUnit" or "org.freedesktop.DBus.Error.UnixProcessIdUnknown" || fault.Errno == 3)
        {
            return false;
        }
    }

    public static UnitState State(BusConnection bus, string unit)
    {
        var path = Load(bus, unit);
        return new UnitState(
            Property(bus, path, Unit, "LoadState"), Property(bus, path, Unit, "ActiveState"), Property(bus, path, Unit, "SubState"),
            unit.EndsWith(".service", StringComparison.Ordinal) ? Property(bus, path, Service, "Result") : "");
    }

    /// <summary>Path of a service's control group; empty when it has none.</summary>
    public static string ControlGroup(BusConnection bus, string unit) =>
        unit.EndsWith(".service", StringComparison.Ordinal) ? Property(bus, Load(bus, unit), Service, "ControlGroup") : "";

    /// <summary>What a service said of itself; empty: nothing.</summary>
    public static string StatusText(BusConnection bus, string unit) =>
        unit.EndsWith(".service", StringComparison.Ordinal) ? Property(bus, Load(bus, unit), Service, "StatusText") : "";

    /// <summary>A job of the unit is queued or running.</summary>
    public static bool HasJob(BusConnection bus, string unit) =>
        bus.Call(bus.HasDaemon ? Name : null, Load(bus, unit), Properties, "Get", [Unit, "Job"], BusConnection.ReadVariantJob) != 0;

    public static void AddMatch(BusConnection bus, string match) => Match(bus, "AddMatch", match);

    public static void RemoveMatch(BusConnection bus, string match) => Match(bus, "RemoveMatch", match);

    private static void Match(BusConnection bus, string member, string match)
    {
        if (bus.HasDaemon) bus.Call(Bus, "/org/freedesktop/DBus", Bus, member, [match], static _ => true);
    }

    private static string Property(BusConnection bus, string path, string contract, string property) =>
        bus.Call(bus.HasDaemon ? Name : null, path, Properties, "Get", [contract, property], BusConnection.ReadVariantString);

    private static bool Call(BusConnection bus, string member, params object[] arguments) =>
        bus.Call(bus.HasDaemon ? Name : null, Path, Manager, member, arguments, static _ => true);

    private static string CallForPath(BusConnection bus, string member, params object[] arguments) =>
        bus.Call(bus.HasDaemon ? Name : null, Path, Manager, member, arguments, static reply => BusConnection.ReadString(reply, 'o'));
}
