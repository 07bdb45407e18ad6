using System.Text;

namespace Appliance.Drivers.Mount;

/// <summary>A line of /proc/self/mountinfo (proc_pid_mountinfo(5)).</summary>
/// <param name="Device">Major and minor number, "8:1".</param>
/// <param name="Root">Which directory of the file system is mounted: "/" unless it is a bind mount.</param>
/// <param name="Directory">Where.</param>
/// <param name="Source">Device path or what else was named.</param>
public sealed record MountEntry(string Device, string Root, string Directory, string FsType, string Source)
{
    /// <summary>Of the mount, as in fstab(5): ro,nosuid,relatime.</summary>
    public string Options { get; init; } = "";

    /// <summary>What is mounted in this mount namespace, in mount order: of two entries for a directory the later one is visible.</summary>
    public static IReadOnlyList<MountEntry> All() => [.. File.ReadLines("/proc/self/mountinfo").Select(Parse).OfType<MountEntry>()];

    /// <summary>The visible mount on a directory, or null.</summary>
    public static MountEntry? On(string directory) => All().LastOrDefault(entry => entry.Directory == directory.TrimEnd('/'));

    /// <summary>Null for a line that is not one.</summary>
    public static MountEntry? Parse(string line)
    {
        var fields = line.Split(' ');
        var end = Array.IndexOf(fields, "-"); // After a variable number of optional fields.
        if (end < 6 || fields.Length < end + 3) return null;
        return new MountEntry(fields[2], Unescape(fields[3]), Unescape(fields[4]), fields[end + 1], Unescape(fields[end + 2]))
        {
            Options = fields[5],
        };
    }

    /// <summary>The kernel writes space, tab, newline and backslash as \ooo.</summary>
    private static string Unescape(string field)
    {
        if (!field.Contains('\\', StringComparison.Ordinal)) return field;
        var bytes = new List<byte>();
        var text = Encoding.UTF8.GetBytes(field);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 3 < text.Length && IsOctal(text[i + 1]) && IsOctal(text[i + 2]) && IsOctal(text[i + 3]))
            {
                bytes.Add((byte)(((text[i + 1] - '0') << 6) | ((text[i + 2] - '0') << 3) | (text[i + 3] - '0')));
                i += 3;
            }
            else
            {
                bytes.Add(text[i]);
            }
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }

    private static bool IsOctal(byte character) => character is >= (byte)'0' and <= (byte)'7';
}
