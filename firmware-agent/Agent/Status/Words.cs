using System.Globalization;
using System.Text;
using Appliance.Core.Cluster;

namespace Appliance.Agent.Status;

/// <summary>Figures and states as people read them.</summary>
public static class Words
{
    /// <summary>A duration in its two largest units: 43 ms, 5.2 s, 3 min 20 s, 2 h 5 min, 9 d 4 h.</summary>
    public static string Span(long milliseconds) => milliseconds switch
    {
        < 0 => "0 ms",
        < 1000 => string.Create(CultureInfo.InvariantCulture, $"{milliseconds} ms"),
        < 60_000 => string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 1000.0:0.#} s"),
        < 3_600_000 => Two(milliseconds / 60_000, "min", milliseconds % 60_000 / 1000, "s"),
        < 86_400_000 => Two(milliseconds / 3_600_000, "h", milliseconds % 3_600_000 / 60_000, "min"),
        _ => Two(milliseconds / 86_400_000, "d", milliseconds % 86_400_000 / 3_600_000, "h"),
    };

    private static string Two(long large, string largeUnit, long small, string smallUnit) =>
        small == 0 ? $"{large} {largeUnit}" : $"{large} {largeUnit} {small} {smallUnit}";

    /// <summary>Life of a node in a sentence.</summary>
    public static string Of(PeerState state) => state switch
    {
        PeerState.Up => "up",
        PeerState.Late => "late",
        PeerState.Dead => "dead",
        PeerState.Left => "gone (it said goodbye)",
        _ => "not heard yet",
    };

    /// <summary>State of a link in a sentence.</summary>
    public static string Of(LinkState state) => state switch
    {
        LinkState.Up => "up",
        LinkState.Late => "late",
        LinkState.Down => "down",
        _ => "not heard yet",
    };

    /// <summary>Wall time in UTC to the second, as people write it.</summary>
    public static string Time(long unixMs) =>
        DateTimeOffset.FromUnixTimeMilliseconds(unixMs).ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>Text of others (scripts, device errors) on one line, without control characters: it cannot steer a terminal.</summary>
    public static string Clean(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\0', '\u001f') && !text.AsSpan().ContainsAnyInRange('\u007f', '\u009f')) return text;
        var clean = new StringBuilder(text.Length);
        foreach (var character in text)
            clean.Append(char.IsControl(character) ? character is '\n' or '\t' ? ' ' : '?' : character);
        return clean.ToString().TrimEnd();
    }
}
