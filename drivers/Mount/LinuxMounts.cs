using Appliance.Drivers.Interop;

namespace Appliance.Drivers.Mount;

/// <summary>mount(2) and umount2(2).</summary>
public sealed class LinuxMounts : IMounts
{
    private const int Detach = 2; // MNT_DETACH
    private static readonly TimeSpan BusyPause = TimeSpan.FromMilliseconds(100);

    public MountChange Mount(string device, string directory, string fsType, string options)
    {
        if (IsMounted(device, directory)) return new(MountOutcome.AlreadySo, $"{device} was mounted on {directory}");
        if (MountEntry.On(directory) is { } other)
            return new(MountOutcome.Failed, $"{directory} is taken by {other.Source}: unmount it or correct the configuration");
        if (device.StartsWith('/') && !File.Exists(device))
            return new(MountOutcome.Failed, $"{device} does not exist: is the disk there, the replica up?");
        if (Make(directory) is { } reason) return new(MountOutcome.Impossible, reason);
        var (flags, rest) = MountOptions.Split(options);
        if (Libc.mount(device, directory, fsType, flags, rest) == 0) return new(MountOutcome.Done, $"mounted {device} on {directory}");
        return Refused($"mount {device} on {directory} as {fsType}", options);
    }

    public MountChange Bind(string from, string directory)
    {
        if (!Directory.Exists(from) && !File.Exists(from))
            return new(MountOutcome.Failed, $"{from} does not exist, so it cannot be bound over {directory}");
        if (IsMounted(from, directory)) return new(MountOutcome.AlreadySo, $"{from} was bound over {directory}");
        if (Directory.Exists(from) && Make(directory) is { } reason) return new(MountOutcome.Impossible, reason);
        return Libc.mount(from, directory, "none", MountOptions.BindMount, null) == 0
            ? new(MountOutcome.Done, $"bound {from} over {directory}")
            : Refused($"bind {from} over {directory}", "");
    }

    public MountChange Unmount(string directory, bool force, CancellationToken abandon)
    {
        if (MountEntry.On(directory) is null) return new(MountOutcome.AlreadySo, $"nothing was mounted on {directory}");
        while (Libc.umount2(directory, 0) != 0)
        {
            var errno = Errno.Last;
            if (errno is Errno.EINVAL or Errno.ENOENT && MountEntry.On(directory) is null) break;
            if (errno != Errno.EBUSY) return new(MountOutcome.Failed, $"unmount {directory}: {Errno.Words(errno)}");
            if (force) return Release(directory);
            if (abandon.WaitHandle.WaitOne(BusyPause)) return new(MountOutcome.Failed, $"{directory} stays busy: {Users(directory)}");
        }

        return new(MountOutcome.Done, $"unmounted {directory}");
    }

    public bool IsMounted(string source, string directory)
    {
        if (MountEntry.On(directory) is not { } entry) return false;
        if (entry.Source == source || entry.Source == Target(source)) return true;
        // A bind mount names the device, not the directory it came from: compare file system and place.
        return Directory.Exists(source) && IsBindOf(entry, source.TrimEnd('/'));
    }

    private static bool IsBindOf(MountEntry entry, string source)
    {
        var below = MountEntry.All().Where(mount => mount.Directory != entry.Directory && IsBelow(source, mount.Directory))
            .MaxBy(mount => mount.Directory.Length);
        if (below is null || below.Device != entry.Device) return false;
        var inside = source[(below.Directory == "/" ? 0 : below.Directory.Length)..];
        return entry.Root == (below.Root == "/" ? "" : below.Root) + inside || inside.Length == 0 && entry.Root == below.Root;
    }

    private static bool IsBelow(string path, string directory) =>
        directory == "/" || path == directory || path.StartsWith(directory + "/", StringComparison.Ordinal);

    /// <summary>Device names are often links (/dev/disk/by-label); the kernel shows what they point to.</summary>
    private static string Target(string path) => File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;

    private static string? Make(string directory)
    {
        try
        {
            Directory.CreateDirectory(directory);
            return null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return $"cannot make the directory {directory}: {fault.Message}";
        }
    }

    private static MountChange Release(string directory) => Libc.umount2(directory, Detach) == 0
        ? new(MountOutcome.Done, $"detached {directory}, which was busy: {Users(directory)}")
        : new(MountOutcome.Failed, $"detach {directory}: {Errno.LastWords}");

    private static MountChange Refused(string what, string options)
    {
        var errno = Errno.Last;
        var hint = errno switch
        {
            Errno.ENODEV => ": the kernel does not know this file system (modprobe, spelling)",
            Errno.EINVAL => $": wrong file system type, damaged superblock or bad options \"{options}\" (see dmesg)",
            _ => "",
        };
        return new(errno == Errno.ENODEV ? MountOutcome.Impossible : MountOutcome.Failed, $"{what}: {Errno.Words(errno)}{hint}");
    }

    /// <summary>Who keeps a file system busy: the first few processes with a file, directory or root on it.</summary>
    private static string Users(string directory)
    {
        const int shownMax = 3;
        var found = new List<string>();
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(path => char.IsAsciiDigit(path[^1])))
        {
            if (found.Count == shownMax) break;
            if (Uses(process, directory)) found.Add($"{Read(process + "/comm")} ({Path.GetFileName(process)})");
        }

        return found.Count == 0 ? "no process has a file open on it; a mount below it or the kernel uses it"
            : $"used by {string.Join(", ", found)}";
    }

    private static bool Uses(string process, string directory)
    {
        try
        {
            var links = Directory.EnumerateFileSystemEntries(process + "/fd").Append(process + "/cwd").Append(process + "/root");
            return links.Any(link => new FileInfo(link).LinkTarget is { } target && IsBelow(target, directory));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false; // The process has ended meanwhile.
        }
    }

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (IOException)
        {
            return "?";
        }
    }
}
