using Appliance.Agent.Status;

namespace Appliance.Agent.Stick;

/// <summary>What the last stick came to, above the login prompt of the machine's screen: a file of agetty's (issue.d, man agetty). The unit
/// has the prompt shown anew.</summary>
internal static class StickScreen
{
    /// <summary>Volatile: after a start there was no stick.</summary>
    public const string Folder = "/run/issue.d";

    public const string FileName = "60-appliance-stick.issue";

    /// <summary>A screen has 25 lines, and the prompt needs some.</summary>
    private const int LinesMax = 16;

    /// <summary>Null, or why it is not there. Without the folder there is no screen to tell.</summary>
    public static string? Write(string folder, IReadOnlyList<string> lines)
    {
        if (!Directory.Exists(folder)) return null;
        var text = "";
        for (var number = 0; number < Math.Min(lines.Count, LinesMax); number++) text += Line(lines[number]);
        if (lines.Count > LinesMax) text += Line($"... {lines.Count - LinesMax} more lines in result.txt and in the journal");
        var path = Path.Combine(folder, FileName);
        try
        {
            File.WriteAllText(path + ".new", text + "\n");
            File.SetUnixFileMode(
                path + ".new", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
            File.Move(path + ".new", path, overwrite: true);
            return null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return $"the screen is not told: {fault.Message}";
        }
    }

    /// <summary>agetty understands sequences that begin with a backslash, and a stranger's file may be quoted here.</summary>
    private static string Line(string words) => Words.Clean(words).Replace("\\", "\\\\", StringComparison.Ordinal) + "\n";
}
