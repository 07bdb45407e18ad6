using System.Collections.Immutable;
using System.Globalization;
using Appliance.Core.Dahdi;
using Appliance.Drivers.Script;

namespace Appliance.Drivers.Dahdi;

/// <summary>Where DAHDI is on a machine.</summary>
/// <param name="Proc">A file per span, named by its number.</param>
/// <param name="Sys">A folder per span, span-N.</param>
/// <param name="Modprobe">Loads modules.</param>
/// <param name="Cfg">Places where <c>dahdi_cfg</c> may be; the first that exists is run.</param>
public sealed record DahdiPlaces(string Proc, string Sys, string Modprobe, ImmutableArray<string> Cfg)
{
    public static DahdiPlaces Usual { get; } = new(
        "/proc/dahdi", "/sys/bus/dahdi_spans/devices", "/sbin/modprobe",
        ["/usr/sbin/dahdi_cfg", "/sbin/dahdi_cfg", "/usr/local/sbin/dahdi_cfg"]);
}

/// <summary>DAHDI of this kernel (out of tree: dahdi-linux), read from <c>/proc/dahdi</c> and <c>/sys/bus/dahdi_spans</c>.</summary>
public sealed class LinuxDahdi(DahdiPlaces places) : IDahdi
{
    /// <summary>DAHDI's DAHDI_MAX_SPANS.</summary>
    private const int SpansMax = 512;

    public LinuxDahdi() : this(DahdiPlaces.Usual)
    {
    }

    public DahdiReading Read()
    {
        var problems = new List<string>();
        var spans = new SortedDictionary<int, DahdiSpan>();
        foreach (var (number, path) in Entries(places.Proc, "", problems))
        {
            if (Text(path, problems) is not { } text) continue;
            if (ProcDahdi.Read(text, out var problem) is { } span && span.Number == number) spans[number] = span;
            else problems.Add($"{path}: {(problem.Length > 0 ? problem : $"it is about another span than {number}")}");
        }

        foreach (var (number, path) in Entries(places.Sys, "span-", []))
            spans[number] = SysDahdi.Read(number, spans.GetValueOrDefault(number), name => Text(Path.Combine(path, name), []));
        if (spans.Count == 0 && problems.Count == 0)
            problems.Add(Directory.Exists(places.Proc) ? "DAHDI is loaded and has no span" : "DAHDI is not loaded");
        return new DahdiReading([.. spans.Values], string.Join("; ", problems.Take(4)));
    }

    public DahdiStep Load(string module, CancellationToken abandon) =>
        Run([places.Modprobe, module], $"module {module} is loaded", $"module {module} cannot be loaded", abandon);

    public DahdiStep Unload(string module, CancellationToken abandon) =>
        Run([places.Modprobe, "-r", module], $"module {module} is unloaded", $"module {module} cannot be unloaded", abandon);

    public DahdiStep Configure(string file, CancellationToken abandon)
    {
        if (!File.Exists(file)) return new DahdiStep(false, $"{file} does not exist");
        return places.Cfg.FirstOrDefault(File.Exists) is { } program
            ? Run([program, "-c", file], $"spans are configured as {file} says", $"dahdi_cfg refuses {file}", abandon)
            : new DahdiStep(false, $"dahdi_cfg is not installed (looked for {string.Join(", ", places.Cfg)}); package dahdi");
    }

    private static DahdiStep Run(IReadOnlyList<string> command, string done, string failed, CancellationToken abandon)
    {
        if (!File.Exists(command[0])) return new DahdiStep(false, $"{failed}: {command[0]} does not exist");
        var end = ProcessRunner.Run(command, null, abandon);
        return end.ExitCode == 0 ? new DahdiStep(true, done) : new DahdiStep(false, $"{failed}: {end.Words}");
    }

    private static IEnumerable<(int Number, string Path)> Entries(string folder, string prefix, List<string> problems)
    {
        string[] paths;
        try
        {
            paths = Directory.Exists(folder) ? Directory.GetFileSystemEntries(folder) : [];
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            problems.Add($"{folder}: {fault.Message}");
            return [];
        }

        return paths.Select(path => (Number: NumberOf(Path.GetFileName(path), prefix), path)).Where(entry => entry.Number > 0)
            .OrderBy(entry => entry.Number).Take(SpansMax);
    }

    private static int NumberOf(string name, string prefix) =>
        name.StartsWith(prefix, StringComparison.Ordinal)
        && int.TryParse(name[prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    /// <summary>A file of /proc or /sys; null when it cannot be read, which happens when the span goes in this moment.</summary>
    private static string? Text(string path, List<string> problems)
    {
        try
        {
            using var reader = new StreamReader(path);
            var room = new char[ProcDahdi.TextMax + 1];
            return new string(room, 0, reader.ReadBlock(room));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            problems.Add($"{path}: {fault.Message}");
            return null;
        }
    }
}
