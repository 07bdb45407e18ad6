namespace Appliance.Drivers.Mount;

/// <summary>The twin of <see cref="LinuxMounts"/>. Faults it models: a missing source, a directory that stays busy.</summary>
public sealed class SimulatedMounts : IMounts
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, string> _mounted = [];

    /// <summary>Devices and directories that exist.</summary>
    public HashSet<string> Sources { get; } = [];

    /// <summary>Directories whose files somebody keeps open.</summary>
    public HashSet<string> Busy { get; } = [];

    public MountChange Mount(string device, string directory, string fsType, string options) => Put(device, directory);

    public MountChange Bind(string from, string directory) => Put(from, directory);

    public MountChange Unmount(string directory, bool force, CancellationToken abandon)
    {
        if (Busy.Contains(directory) && !force && abandon.WaitHandle.WaitOne()) return new(MountOutcome.Failed, $"{directory} stays busy");
        lock (_gate)
            return _mounted.Remove(directory) ? new(MountOutcome.Done, $"unmounted {directory}")
                : new(MountOutcome.AlreadySo, $"nothing was mounted on {directory}");
    }

    public bool IsMounted(string source, string directory)
    {
        lock (_gate) return _mounted.GetValueOrDefault(directory) == source;
    }

    private MountChange Put(string source, string directory)
    {
        lock (_gate)
        {
            if (!Sources.Contains(source)) return new(MountOutcome.Failed, $"{source} does not exist");
            if (_mounted.GetValueOrDefault(directory) == source) return new(MountOutcome.AlreadySo, $"{source} was mounted on {directory}");
            if (!_mounted.TryAdd(directory, source)) return new(MountOutcome.Failed, $"{directory} is taken by {_mounted[directory]}");
            return new(MountOutcome.Done, $"mounted {source} on {directory}");
        }
    }
}
