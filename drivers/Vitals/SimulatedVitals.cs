namespace Appliance.Drivers.Vitals;

/// <summary>A machine that tells what a test wants it to tell.</summary>
public sealed class SimulatedVitals : IVitals
{
    /// <summary>What it tells of everything but room and interfaces.</summary>
    public Core.Health.Vitals Told { get; set; } = new();

    /// <summary>Percent used, by folder; a folder without an entry cannot be read.</summary>
    public Dictionary<string, int> Used { get; } = [];

    /// <summary>Damaged frames, by interface; one without an entry is not there.</summary>
    public Dictionary<string, long> Errors { get; } = [];

    public HashSet<string> Mounts { get; } = [];

    public Core.Health.Vitals Read(IReadOnlyList<string> folders, IReadOnlyList<string> interfaces) => Told with
    {
        Space =
        [
            .. folders.Select(folder => Used.TryGetValue(folder, out var used)
                ? new Core.Health.SpaceVital(folder, 1000, 1000 - (used * 10), 0, 0)
                : new Core.Health.SpaceVital(folder, 0, 0, 0, 0, "No such file or directory")),
        ],
        Interfaces = [.. interfaces.Where(Errors.ContainsKey).Select(name => new Core.Health.InterfaceVital(name, Errors[name]))],
    };

    public IReadOnlyList<string> Mounted(IReadOnlyList<string> folders) => [.. folders.Where(Mounts.Contains)];
}
