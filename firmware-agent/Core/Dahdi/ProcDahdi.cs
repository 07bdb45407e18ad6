using System.Collections.Immutable;
using System.Globalization;

namespace Appliance.Core.Dahdi;

/// <summary>
/// Reads the text of one <c>/proc/dahdi/N</c>. Never throws on any text; words it does not know are passed over, because a newer DAHDI
/// may say more.
/// </summary>
public static class ProcDahdi
{
    // Span 1: TE4/0/1 "T4XXP (PCI) Card 0 Span 1" (MASTER) HDB3/CCS/CRC4 RED ClockSource
    // <tab>IRQ misses: 3
    //
    // <tab>   1 TE4/0/1/1 Clear (In use) (EC: MG2 - INACTIVE)
    // <tab>  16 TE4/0/1/16 HDLCFCS (In use)

    /// <summary>Largest text that is read, characters: 255 channels of 200 characters, and much air.</summary>
    public const int TextMax = 256 << 10;

    /// <summary>Channels of a span: an E1 has 31, DAHDI's dynamic spans at most 255.</summary>
    public const int ChannelsMax = 1024;

    private const int LineMax = 1024;

    /// <summary>The span; null, and why in words, when the text is none.</summary>
    public static DahdiSpan? Read(string text, out string problem)
    {
        problem = "";
        if (text.Length > TextMax) return No($"{text.Length} characters, expected at most {TextMax}", out problem);
        var lines = text.Split('\n');
        if (Head(lines[0], out problem) is not { } span) return null;
        var channels = ImmutableArray.CreateBuilder<DahdiChannel>();
        var counters = ImmutableArray.CreateBuilder<DahdiCounter>();
        foreach (var line in lines.Skip(1))
        {
            if (line.Length is 0 or > LineMax) continue;
            if (Channel(line) is { } channel) channels.Add(channel);
            else if (Counter(line) is { } counter) counters.Add(counter);
            if (channels.Count > ChannelsMax || counters.Count > ChannelsMax)
                return No($"more than {ChannelsMax} channels", out problem);
        }

        return span with { Channels = channels.ToImmutable(), Counters = counters.ToImmutable() };
    }

    /// <summary>A description may hold quotes of its own, so it ends at the last one.</summary>
    private static DahdiSpan? Head(string line, out string problem)
    {
        problem = "";
        var colon = line.IndexOf(':');
        var (open, close) = (line.IndexOf('"'), line.LastIndexOf('"'));
        if (line.Length > LineMax || !line.StartsWith("Span ", StringComparison.Ordinal) || colon < 0 || open <= colon || close == open
            || Number(line["Span ".Length..colon]) is not { } number || number == 0)
            return No($"expected \"Span N: NAME \"DESCRIPTION\" …\", found \"{Shown(line)}\"", out problem);
        var span = new DahdiSpan(number, Clean(line[(colon + 1)..open]), Clean(line[(open + 1)..close]));
        foreach (var word in Words(line[(close + 1)..]))
        {
            if (word == "(MASTER)") span = span with { IsMaster = true };
            else if (word == "ClockSource") span = span with { IsClockSource = true, SyncSource = number };
            else if (DahdiAlarmWords.Read(word) is { } alarm) span = span with { Alarms = span.Alarms | alarm };
            else if (span.Line.Length == 0 && word.Contains('/')) span = span with { Line = Clean(word.Trim('/')) };
        }

        return span;
    }

    private static DahdiChannel? Channel(string line)
    {
        var words = Words(line);
        if (words.Length < 2 || Number(words[0]) is not { } number || number == 0) return null;
        // What stands behind the name holds spaces: "Hardware-assisted HDLC", "(In use)", "(EC: MG2 - INACTIVE)".
        var rest = line[(line.IndexOf(words[1], line.IndexOf(words[0], StringComparison.Ordinal) + words[0].Length,
            StringComparison.Ordinal) + words[1].Length)..];
        var canceller = Cut(ref rest, "(EC: ");
        var inUse = Cut(ref rest, "(In use") is not null;
        _ = Cut(ref rest, "(no pcm");
        var alarms = DahdiAlarms.None;
        var signalling = new List<string>();
        foreach (var word in Words(rest))
        {
            if (DahdiAlarmWords.Read(word) is { } alarm) alarms |= alarm;
            else if (word != "Master") signalling.Add(word);
        }

        return new DahdiChannel(number, Clean(words[1]), Clean(string.Join(' ', signalling)), inUse, alarms, Clean(canceller ?? ""));
    }

    private static DahdiCounter? Counter(string line)
    {
        var colon = line.LastIndexOf(':');
        if (colon < 0 || !long.TryParse(line[(colon + 1)..].Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture,
            out var count)) return null;
        var name = Clean(line[..colon]);
        return name.Length > 0 ? new DahdiCounter(name, count) : null;
    }

    /// <summary>Takes "(EC: MG2 - INACTIVE)" out of the text and gives what stands in it; null: it is not there.</summary>
    private static string? Cut(ref string text, string opening)
    {
        var start = text.IndexOf(opening, StringComparison.Ordinal);
        if (start < 0) return null;
        var end = text.IndexOf(')', start);
        if (end < 0) end = text.Length - 1;
        var inside = text[Math.Min(start + opening.Length, end)..end];
        text = text.Remove(start, end - start + 1);
        return inside;
    }

    private static string[] Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    private static int? Number(string text) =>
        int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string Clean(string text) => string.Concat(text.Trim().Where(letter => !char.IsControl(letter)));

    private static string Shown(string text) => Clean(text.Length > 60 ? text[..60] + "…" : text);

    private static DahdiSpan? No(string why, out string problem)
    {
        problem = why;
        return null;
    }
}
