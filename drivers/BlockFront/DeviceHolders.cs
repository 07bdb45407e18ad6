using System.Globalization;
using Appliance.Drivers.Interop;

namespace Appliance.Drivers.BlockFront;

/// <summary>Who keeps a block device busy, in words for whoever must end that.</summary>
internal static class DeviceHolders
{
    private const int ReadWrite = 2;
    private const int Exclusive = 0x80;
    private const int CloseOnExec = 0x80000;
    private const int NamesMax = 4;

    /// <summary>Opens the device exclusively and writes back what the kernel still has of it: while the descriptor is open nobody can
    /// mount it. -1 and who holds it otherwise.</summary>
    public static int Claim(string device, out string held)
    {
        held = "";
        var fd = Libc.open(device, ReadWrite | Exclusive | CloseOnExec);
        if (fd < 0)
        {
            var errno = Errno.Last;
            held = errno == Errno.EBUSY ? $"{device} is in use: {Words(device)}" : $"{device}: {Errno.Words(errno)}";
            return -1;
        }

        var users = Users(device);
        if (users.Length == 0)
        {
            _ = Libc.fsync(fd);
            return fd;
        }

        _ = Libc.close(fd);
        held = $"{device} is in use: {users}";
        return -1;
    }

    /// <summary>Mounts, stacked devices, swap and processes.</summary>
    public static string Words(string device)
    {
        var parts = new[] { Mounts(device), Stacked(device), Users(device) }.Where(part => part.Length > 0).ToArray();
        return parts.Length > 0 ? string.Join("; ", parts) : "mounted in another mount namespace, or held inside the kernel";
    }

    private static string Mounts(string device)
    {
        var number = ReadLine($"/sys/class/block/{Path.GetFileName(device)}/dev");
        if (number.Length == 0) return "";
        var found = new List<string>();
        foreach (var table in new[] { "/proc/self/mountinfo", "/proc/1/mountinfo" })
        {
            foreach (var line in Lines(table))
            {
                var fields = line.Split(' ');
                if (fields.Length > 4 && fields[2] == number && !found.Contains(fields[4])) found.Add(fields[4]);
            }
        }

        return found.Count == 0 ? "" : $"mounted on {string.Join(", ", found.Take(NamesMax))}";
    }

    private static string Stacked(string device)
    {
        var directory = $"/sys/class/block/{Path.GetFileName(device)}/holders";
        if (!Directory.Exists(directory)) return "";
        var names = Directory.EnumerateFileSystemEntries(directory).Select(Path.GetFileName).Take(NamesMax).ToArray();
        return names.Length == 0 ? "" : $"under {string.Join(", ", names)}";
    }

    /// <summary>Processes other than we with the device open: "mariadbd (812)".</summary>
    private static string Users(string device)
    {
        var users = new List<string>();
        foreach (var process in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(process), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)) continue;
            if (pid == Environment.ProcessId || !HasOpen(process, device)) continue;
            users.Add($"{ReadLine($"{process}/comm")} ({pid})");
            if (users.Count == NamesMax) break;
        }

        return users.Count == 0 ? "" : $"open in {string.Join(", ", users)}";
    }

    private static bool HasOpen(string process, string device)
    {
        try
        {
            foreach (var link in Directory.EnumerateFiles($"{process}/fd"))
                if (new FileInfo(link).LinkTarget == device) return true;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // It has ended while we looked.
        }

        return false;
    }

    private static string[] Lines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static string ReadLine(string path) => Lines(path) is [var first, ..] ? first.Trim() : "";
}
