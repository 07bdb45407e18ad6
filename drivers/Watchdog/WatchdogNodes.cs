using System.Globalization;

namespace Appliance.Drivers.Watchdog;

/// <summary>A watchdog as sysfs shows it.</summary>
/// <param name="Path">Of the device, e.g. /dev/watchdog0.</param>
/// <param name="Identity">The name its driver shows.</param>
/// <param name="NoWayOut">The kernel was told never to stop it.</param>
public sealed record WatchdogNode(string Path, string Identity, bool NoWayOut);

/// <summary>Finds watchdogs in sysfs, and who has one open.</summary>
public static class WatchdogNodes
{
    private const string Class = "/sys/class/watchdog";

    /// <summary>All of them in the order of their numbers; empty where the kernel has none.</summary>
    /// <param name="folder">Instead of /sys/class/watchdog, for tests.</param>
    public static IReadOnlyList<WatchdogNode> All(string folder = Class)
    {
        if (!Directory.Exists(folder)) return [];
        return [.. Directory.GetFileSystemEntries(folder, "watchdog*").Select(System.IO.Path.GetFileName)
            .OrderBy(name => int.TryParse(name!["watchdog".Length..], CultureInfo.InvariantCulture, out var number) ? number : int.MaxValue)
            .Select(name => new WatchdogNode($"/dev/{name}", Line(folder, name!, "identity"), Line(folder, name!, "nowayout") == "1"))];
    }

    /// <summary>The device of a path or an identity; null and what there is instead.</summary>
    public static WatchdogNode? Find(string name, out string problem, string folder = Class)
    {
        problem = "";
        var all = All(folder);
        // /dev/watchdog is the old name of the first one.
        var path = name == "/dev/watchdog" && all.Any(node => node.Path == "/dev/watchdog0") ? "/dev/watchdog0" : name;
        if (all.FirstOrDefault(node => node.Path == path || node.Identity == name) is { } found) return found;
        if (name.StartsWith('/') && File.Exists(name)) return new WatchdogNode(name, "", false);
        var there = all.Count == 0 ? "the kernel has no watchdog: load its driver, for example modprobe softdog"
            : $"there are {string.Join(", ", all.Select(node => $"\"{node.Identity}\" ({node.Path})"))}";
        problem = $"there is no watchdog {name}; {there}";
        return null;
    }

    /// <summary>Who has a file open, e.g. "systemd (pid 1)"; empty when nobody is seen.</summary>
    /// <param name="paths">Names of the one device.</param>
    public static string Holder(IReadOnlyList<string> paths)
    {
        foreach (var process in Directory.EnumerateDirectories("/proc"))
        {
            var number = System.IO.Path.GetFileName(process);
            if (char.IsAsciiDigit(number[0]) && Holds(process, paths)) return $"{Name(process)} (pid {number})";
        }

        return "";
    }

    private static bool Holds(string process, IReadOnlyList<string> paths)
    {
        try
        {
            return Directory.EnumerateFileSystemEntries($"{process}/fd")
                .Any(fd => new FileInfo(fd).LinkTarget is { } target && paths.Contains(target));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false; // It has just ended, or is not ours to look into.
        }
    }

    private static string Name(string process)
    {
        try
        {
            return File.ReadAllText($"{process}/comm").Trim();
        }
        catch (IOException)
        {
            return "a process";
        }
    }

    private static string Line(string folder, string name, string file)
    {
        var path = System.IO.Path.Combine(folder, name, file);
        return File.Exists(path) ? File.ReadAllText(path).Trim() : "";
    }
}
