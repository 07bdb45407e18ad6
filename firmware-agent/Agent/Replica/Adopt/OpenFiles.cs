namespace Appliance.Agent.Replica.Adopt;

/// <summary>Which processes have something open below a directory.</summary>
internal static class OpenFiles
{
    private const int ShownMax = 3;

    /// <summary>Somebody who only looks – a backup, or what an interrupted run left behind – is gone after this.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Who still uses it after a moment's patience; empty: nobody.</summary>
    public static string Lasting(string directory)
    {
        var began = Environment.TickCount64;
        while (true)
        {
            var users = Below(directory);
            if (users.Length == 0 || Environment.TickCount64 - began >= Patience.TotalMilliseconds) return users;
            Thread.Sleep(50);
        }
    }

    /// <summary>"mariadbd (812), asterisk (933)", the first few; empty: none.</summary>
    public static string Below(string directory)
    {
        var found = new List<string>();
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(path => char.IsAsciiDigit(path[^1])))
        {
            if (found.Count == ShownMax) break;
            if (Path.GetFileName(process) != Self && Uses(process, directory)) found.Add($"{Name(process)} ({Path.GetFileName(process)})");
        }

        return string.Join(", ", found);
    }

    private static string Self { get; } = Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static bool Uses(string process, string directory)
    {
        try
        {
            return Directory.EnumerateFileSystemEntries(process + "/fd").Append(process + "/cwd").Append(process + "/root").Any(link =>
                new FileInfo(link).LinkTarget is { } target
                    && (target == directory || target.StartsWith(directory + "/", StringComparison.Ordinal)));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false; // The process has ended meanwhile.
        }
    }

    private static string Name(string process)
    {
        try
        {
            return File.ReadAllText(process + "/comm").Trim();
        }
        catch (IOException)
        {
            return "?";
        }
    }
}
