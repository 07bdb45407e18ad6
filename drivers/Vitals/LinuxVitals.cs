using System.Collections.Immutable;
using System.Globalization;
using Appliance.Core.Health;
using Appliance.Drivers.Interop;

namespace Appliance.Drivers.Vitals;

/// <summary>Reads /proc and /sys. Sources: README.md of this folder.</summary>
/// <param name="root">In front of /proc and /sys; "" on a real machine.</param>
public sealed unsafe class LinuxVitals(string root = "") : IVitals
{
    private const int TimexBytes = 208;

    /// <summary>A file of the kernel that is longer is none we know.</summary>
    private const int FileBytesMax = 64 << 10;

    /// <summary>Chips looked at; a server has fewer than ten.</summary>
    private const int ChipsMax = 64;

    public Core.Health.Vitals Read(IReadOnlyList<string> folders, IReadOnlyList<string> interfaces) => new()
    {
        Space = [.. folders.Select(Space)],
        Memory = Memory(),
        Pressure = Pressure(),
        Temperatures = Temperatures(),
        Interfaces = [.. interfaces.Select(Interface).OfType<InterfaceVital>()],
        Clock = Clock(),
    };

    public IReadOnlyList<string> Mounted(IReadOnlyList<string> folders)
    {
        var mounted = new HashSet<string>(StringComparer.Ordinal);
        foreach (var line in Lines("/proc/self/mounts"))
            if (line.Split(' ') is [_, var folder, ..]) mounted.Add(folder.Replace("\\040", " ", StringComparison.Ordinal));
        return [.. folders.Where(mounted.Contains)];
    }

    private static SpaceVital Space(string folder)
    {
        StatVfs facts;
        return Libc.statvfs(folder, &facts) < 0 ? new SpaceVital(folder, 0, 0, 0, 0, Errno.LastWords)
            // What is kept for root is neither used nor free: df(1) counts alike.
            : new SpaceVital(
                folder, (long)((facts.Blocks - facts.BlocksFree + facts.BlocksAvailable) * facts.Fragment),
                (long)(facts.BlocksAvailable * facts.Fragment), (long)facts.Files, (long)facts.FilesFree);
    }

    private MemoryVital? Memory()
    {
        long? total = null, available = null;
        foreach (var line in Lines("/proc/meminfo"))
        {
            if (line.Split([' ', ':'], StringSplitOptions.RemoveEmptyEntries) is not [var key, var value, ..]
                || !long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var kib)) continue;
            if (key == "MemTotal") total = kib << 10;
            if (key == "MemAvailable") available = kib << 10;
        }

        return total is > 0 && available is { } free ? new MemoryVital(total.Value, free) : null;
    }

    private PressureVital? Pressure() =>
        Average("/proc/pressure/cpu", "some") is { } cpu && Average("/proc/pressure/memory", "full") is { } memory
        && Average("/proc/pressure/io", "full") is { } io ? new PressureVital(cpu, memory, io) : null;

    /// <summary>"some avg10=0.00 avg60=0.12 avg300=0.05 total=123".</summary>
    private double? Average(string path, string kind)
    {
        foreach (var line in Lines(path))
        {
            if (!line.StartsWith(kind, StringComparison.Ordinal)) continue;
            foreach (var word in line.Split(' '))
                if (word.StartsWith("avg60=", StringComparison.Ordinal)
                    && double.TryParse(word.AsSpan(6), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var average))
                    return average;
        }

        return null;
    }

    private ImmutableArray<TemperatureVital> Temperatures()
    {
        var found = ImmutableArray.CreateBuilder<TemperatureVital>();
        foreach (var chip in Folders("/sys/class/hwmon"))
            if (Chip(chip) is { } temperature) found.Add(temperature);
        if (found.Count == 0)
            foreach (var zone in Folders("/sys/class/thermal"))
                if (Number($"{zone}/temp") is { } milli) found.Add(new TemperatureVital(Name(zone, "type"), milli / 1000.0, null));
        // Two chips of one kind need two names that stay.
        for (var index = 0; index < found.Count; index++)
            if (found.Take(index).Any(other => other.Name == found[index].Name))
                found[index] = found[index] with { Name = $"{found[index].Name} {index}" };
        return found.ToImmutable();
    }

    /// <summary>The hottest place of a chip.</summary>
    private TemperatureVital? Chip(string chip)
    {
        double? hottest = null, limit = null;
        for (var number = 1; number <= ChipsMax; number++)
        {
            if (Number($"{chip}/temp{number}_input") is not { } milli) continue;
            hottest = Math.Max(hottest ?? double.MinValue, milli / 1000.0);
            // Some drivers say 0 or a fancy number for "I do not know".
            if (Number($"{chip}/temp{number}_crit") is { } crit and >= 40_000 and <= 150_000)
                limit = Math.Min(limit ?? double.MaxValue, crit / 1000.0);
        }

        return hottest is { } celsius and > -40 and < 200 ? new TemperatureVital(Name(chip, "name"), celsius, limit) : null;
    }

    private string Name(string folder, string file) => Lines($"{folder}/{file}") is [var name, ..] ? name : Path.GetFileName(folder);

    private InterfaceVital? Interface(string name) =>
        Number($"/sys/class/net/{name}/statistics/rx_errors") is { } received
        && Number($"/sys/class/net/{name}/statistics/tx_errors") is { } sent ? new InterfaceVital(name, received + sent) : null;

    private static ClockVital? Clock()
    {
        var timex = stackalloc byte[TimexBytes];
        new Span<byte>(timex, TimexBytes).Clear();
        var state = Libc.adjtimex(timex);
        return state < 0 ? null : new ClockVital(state != Libc.ClockUnsynchronized);
    }

    private long? Number(string path) =>
        Lines(path) is [var text, ..] && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number : null;

    /// <summary>Paths of the folders in one, without the root in front, in the order of their names; none when it is not there.</summary>
    private string[] Folders(string path)
    {
        try
        {
            return [.. Directory.EnumerateDirectories(root + path).Take(ChipsMax).Select(folder => folder[root.Length..])
                .Order(StringComparer.Ordinal)];
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return []; // No such class on this machine.
        }
    }

    private string[] Lines(string path)
    {
        try
        {
            using var file = new FileStream(root + path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            var bytes = new byte[FileBytesMax];
            var count = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return System.Text.Encoding.UTF8.GetString(bytes, 0, count).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return []; // A sensor that is not there, or that does not answer now.
        }
    }
}
