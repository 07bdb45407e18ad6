using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Appliance.Core.Alerts;

/// <summary>What somebody is told at once.</summary>
/// <param name="Site">Name of the cluster.</param>
/// <param name="Node">Name of the node that tells.</param>
/// <param name="Lines">At least one, oldest first.</param>
/// <param name="Dropped">Events that had no room.</param>
public sealed record AlertMessage(string Site, string Node, ImmutableArray<AlertLine> Lines, long Dropped)
{
    private const int HeadlineMax = 120;

    /// <summary>Site, node and the gravest of the lines, the latest of the equally grave ones: one line of text.</summary>
    public string Subject
    {
        get
        {
            var gravest = Lines[0];
            foreach (var line in Lines)
                if (Gravity(line) <= Gravity(gravest)) gravest = line;
            var text = OneLine(gravest.Text);
            if (text.Length > HeadlineMax) text = string.Concat(text.AsSpan(0, HeadlineMax), "…");
            var more = Lines.Length + Dropped - 1;
            return string.Create(CultureInfo.InvariantCulture, $"[{Site}] {Node}: {text}{(more > 0 ? $" (and {more} more)" : "")}");
        }
    }

    /// <summary>A line of text for each event.</summary>
    public string Body
    {
        get
        {
            var text = new StringBuilder();
            foreach (var line in Lines)
                text.Append(Stamp(line.UnixMs)).Append("  ").Append(line.Node).Append("  ").Append(line.Kind).Append("  ")
                    .Append(Place(line)).Append(OneLine(line.Text)).Append('\n');
            if (Dropped > 0)
                text.Append(CultureInfo.InvariantCulture, $"\n{Dropped} earlier events had no room: appliance events shows them.\n");
            return text.ToString();
        }
    }

    /// <summary>Wall time in UTC with milliseconds.</summary>
    public static string Stamp(long unixMs) =>
        DateTimeOffset.FromUnixTimeMilliseconds(unixMs).ToString("yyyy-MM-dd HH:mm:ss.fff 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>Text of others cannot begin a header or steer a terminal.</summary>
    public static string OneLine(string text) =>
        string.Create(text.Length, text, static (line, source) =>
        {
            for (var index = 0; index < line.Length; index++) line[index] = char.IsControl(source[index]) ? ' ' : source[index];
        });

    private static string Place(AlertLine line) => line switch
    {
        { Group: { } group, Resource: { } resource } => $"{group}/{resource}  ",
        { Group: { } group } => $"{group}  ",
        { Resource: { } resource } => $"{resource}  ",
        _ => "",
    };

    private static int Gravity(AlertLine line)
    {
        var place = AlertSettings.KindsAll.IndexOf(line.Kind);
        return place < 0 ? AlertSettings.KindsAll.Length : place;
    }
}
