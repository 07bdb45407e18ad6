using System.Globalization;
using System.Text;

namespace Appliance.Core.Alerts;

/// <summary>An event as a message of RFC 5424, facility daemon.</summary>
public static class SyslogText
{
    /// <summary>What fits into a datagram on any path (RFC 5426, section 3.2).</summary>
    public const int BytesMax = 1180;

    private const int Daemon = 3 << 3;

    public static byte[] Write(string site, AlertLine line)
    {
        var at = DateTimeOffset.FromUnixTimeMilliseconds(line.UnixMs)
            .ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        var place = line.Group is null ? line.Resource : line.Resource is null ? line.Group : $"{line.Group}/{line.Resource}";
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"<{Daemon | Severity(line.Kind)}>1 {at} {Word(line.Node)} appliance - {Word(line.Kind)} - ");
        var said = AlertMessage.OneLine($"[{site}] {(place is null ? "" : $"{place}: ")}{line.Text}");
        var bytes = Encoding.UTF8.GetBytes($"{text}\uFEFF{said}");
        if (bytes.Length <= BytesMax) return bytes;
        // Not in the middle of a character.
        var end = BytesMax;
        while ((bytes[end] & 0xc0) == 0x80) end--;
        return bytes[..end];
    }

    /// <summary>Error for what a person must look at, warning for what changed, else notice.</summary>
    private static int Severity(string kind) => kind switch
    {
        "alarm" or "fence" => 3,
        "role" or "peer" or "resource" or "link" => 4,
        _ => 5,
    };

    /// <summary>Names are PRINTUSASCII without spaces.</summary>
    private static string Word(string text) =>
        text.Length == 0 ? "-" : string.Concat(text.Select(letter => letter is > ' ' and <= '~' ? letter : '?'));
}
