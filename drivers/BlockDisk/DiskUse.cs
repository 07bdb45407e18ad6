using Appliance.Drivers.Mount;

namespace Appliance.Drivers.BlockDisk;

/// <summary>Who uses a disk already: mounts, swap, RAID and volume groups on top of it, loop devices.</summary>
public static class DiskUse
{
    private const string BlockClass = "/sys/class/block";

    /// <summary>Null when nobody does; else who, and what to do.</summary>
    public static string? Of(string path, bool isBlock)
    {
        var real = RealPath(path);
        if (!isBlock) return LoopOf(real) is { } loop ? $"{path} is in use as {loop}: losetup --detach {loop}" : null;
        var name = Path.GetFileName(real);
        return OfDevice(path, real, name) ?? PartsOf(name)
            .Select(part => OfDevice("/dev/" + part, "/dev/" + part, part)).FirstOrDefault(use => use is not null);
    }

    /// <summary>Links are followed: /dev/disk/by-partlabel/… is /dev/sda4.</summary>
    public static string RealPath(string path)
    {
        try
        {
            return File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path);
        }
        catch (IOException)
        {
            return path;
        }
    }

    private static string? OfDevice(string path, string real, string name)
    {
        var number = FirstLine($"{BlockClass}/{name}/dev");
        if (number is not null && MountEntry.All().LastOrDefault(entry => entry.Device == number) is { } mount)
            return $"{path} is mounted on {mount.Directory}: unmount it first";
        if (IsSwap(real)) return $"{path} is used as swap: swapoff {path}";
        var holders = Names($"{BlockClass}/{name}/holders");
        return holders.Count == 0 ? null : $"{path} is part of {string.Join(", ", holders)} (RAID, volume group, encryption)";
    }

    private static bool IsSwap(string real)
    {
        try
        {
            return File.ReadLines("/proc/swaps").Skip(1).Any(line => RealPath(line.Split(' ', '\t')[0]) == real);
        }
        catch (Exception world) when (world is IOException or UnauthorizedAccessException)
        {
            return false; // A kernel without swap.
        }
    }

    private static IEnumerable<string> PartsOf(string name) =>
        Names($"{BlockClass}/{name}").Where(part => File.Exists($"{BlockClass}/{name}/{part}/partition"));

    private static string? LoopOf(string real) => Names(BlockClass)
        .Where(name => name.StartsWith("loop", StringComparison.Ordinal))
        .Where(name => FirstLine($"{BlockClass}/{name}/loop/backing_file") == real)
        .Select(name => "/dev/" + name).FirstOrDefault();

    private static IReadOnlyList<string> Names(string folder)
    {
        try
        {
            return [.. Directory.EnumerateFileSystemEntries(folder).Select(entry => Path.GetFileName(entry))];
        }
        catch (Exception world) when (world is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static string? FirstLine(string path)
    {
        try
        {
            return File.ReadLines(path).FirstOrDefault();
        }
        catch (Exception world) when (world is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
