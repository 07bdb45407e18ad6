using System.Globalization;
using System.Text;

namespace Appliance.Agent.Live;

/// <summary>Terminal control by ECMA-48 sequences that every terminal of the last forty years knows. Pure.</summary>
public static class Screen
{
    /// <summary>No cursor, no line wrap.</summary>
    private const string Quiet = "\e[?25l\e[?7l";

    /// <summary>Plain letters, line wrap, cursor.</summary>
    private const string Loud = "\e[0m\e[?7h\e[?25h";

    /// <summary>Goes to the far corner, asks where that is (CPR), and comes back: the size of a terminal that the kernel does not
    /// know.</summary>
    public const string AskSize = "\e7\e[999;999H\e[6n\e8";

    /// <summary>Takes the terminal.</summary>
    public static string Enter(bool alternate) => alternate ? "\e[?1049h" + Quiet : Quiet;

    /// <summary>Everything back: the screen from before, or the shell below the last picture.</summary>
    public static string Leave(bool alternate, int height) =>
        alternate ? Loud + "\e[?1049l" : string.Create(CultureInfo.InvariantCulture, $"{Loud}\e[{height};1H\r\n");

    /// <summary>What turns one picture into the next: only lines that changed, each from where it changed. No line is emptied before it is
    /// written, so nothing flickers; no line end is sent, so nothing scrolls.</summary>
    /// <param name="before">Null: nobody knows what is there.</param>
    /// <param name="now">At most <paramref name="height"/> lines, each narrower than the window.</param>
    public static string Changes(IReadOnlyList<string>? before, IReadOnlyList<string> now, int height)
    {
        var text = new StringBuilder();
        for (var row = 0; row < height; row++)
        {
            var (old, line) = (row < before?.Count ? before[row] : "", row < now.Count ? now[row] : "");
            if (before is not null && old == line) continue;
            var same = before is null ? 0 : Same(old, line);
            text.Append(CultureInfo.InvariantCulture, $"\e[{row + 1};{same + 1}H").Append(line, same, line.Length - same);
            // A line of the same length covers the old one; colours have no length, so only plain ones are trusted.
            if (before is null || old.Length != line.Length || line.Contains('\e') || old.AsSpan().ContainsAnyExceptInRange(' ', '~'))
                text.Append("\e[K");
        }

        return before is null ? text.Append("\e[J").ToString() : text.ToString();
    }

    /// <summary>Letters at the start that are alike, as far as each of them is one cell.</summary>
    private static int Same(string old, string line)
    {
        var same = 0;
        while (same < old.Length && same < line.Length && old[same] == line[same] && line[same] is >= ' ' and <= '~') same++;
        // A letter with a mark is one: the mark alone would have nothing to sit on.
        return same > 0 && same < line.Length && line[same] > '~' ? same - 1 : same;
    }
}
