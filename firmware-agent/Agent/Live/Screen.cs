using System.Text;

namespace Appliance.Agent.Live;

/// <summary>Terminal control by ECMA-48 sequences that every terminal of the last thirty years knows. Pure.</summary>
public static class Screen
{
    /// <summary>Alternate screen, no cursor, no line wrap.</summary>
    public const string Enter = "\u001b[?1049h\u001b[?25l\u001b[?7l";

    /// <summary>Everything back.</summary>
    public const string Leave = "\u001b[0m\u001b[?7h\u001b[?25h\u001b[?1049l";

    /// <summary>One whole picture: overwrites the last one line by line, so that it does not flicker.</summary>
    /// <param name="lines">Longer than the screen: the part from <paramref name="top"/> is shown.</param>
    /// <param name="top">First line shown.</param>
    /// <param name="height">Rows of the terminal; the last one is the footer's.</param>
    /// <param name="footer">Always visible.</param>
    public static string Frame(IReadOnlyList<string> lines, int top, int height, string footer)
    {
        var frame = new StringBuilder("\u001b[H");
        var rows = Math.Max(0, height - 1);
        var first = Clamp(top, lines.Count, height);
        for (var row = 0; row < rows; row++)
        {
            if (first + row < lines.Count) frame.Append(lines[first + row]);
            frame.Append("\u001b[0m\u001b[K\r\n");
        }

        return frame.Append(footer).Append("\u001b[0m\u001b[K").ToString();
    }

    /// <summary>The first line that can be shown such that the screen stays full.</summary>
    public static int Clamp(int top, int count, int height) => Math.Clamp(top, 0, Math.Max(0, count - Math.Max(0, height - 1)));
}
