using System.Globalization;
using Appliance.Drivers.Script;

namespace Appliance.Drivers.Drbd;

/// <summary>Which DRBD this kernel has: the two generations want some words at different places of the file.</summary>
public static class DrbdVersion
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    /// <summary>8 or 9; null and why not.</summary>
    /// <param name="problem">For people.</param>
    /// <param name="loaded">What the loaded module says of itself.</param>
    /// <param name="modinfo">Asked when none is loaded.</param>
    public static int? Find(
        out string problem, string loaded = "/sys/module/drbd/version", string modinfo = "/usr/sbin/modinfo")
    {
        problem = "";
        if (Major(Read(loaded)) is { } running) return running;
        using var deadline = new CancellationTokenSource(Deadline);
        var end = ProcessRunner.Run([modinfo, "-F", "version", "drbd"], null, deadline.Token);
        if (end.ExitCode == 0 && Major(end.Output) is { } installed) return installed;
        problem = $"this kernel has no DRBD 8.4 or 9 (modinfo drbd: {end.Words})";
        return null;
    }

    private static int? Major(string words)
    {
        var parts = words.Trim().Split('.');
        if (!int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var major)) return null;
        return major == 9 || (major == 8 && parts.Length > 1 && parts[1] == "4") ? major : null;
    }

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception world) when (world is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
