using System.Globalization;
using System.Text;

namespace Appliance.Core.Incidents;

/// <summary>
/// A record as a picture: a lane for each node with its events, the silence of each group as a band, the phases below. SVG without scripts,
/// links, fonts or anything that is fetched; it carries its own colours for light and dark.
/// </summary>
public static class IncidentPicture
{
    private const int Wide = 960;
    private const int Left = 110;
    private const int Right = 20;
    private const int LaneTop = 92;
    private const int Lane = 46;
    private const int Row = 20;

    /// <summary>Phases and dots that are drawn; the text form has all.</summary>
    private const int DrawnMax = 400;

    private const string Style = """
        <style>
        svg{background:#fff;color:#1b1f24}text{font:13px system-ui,sans-serif;fill:currentColor}.h{font-weight:600;font-size:15px}
        .s{font-size:11px;opacity:.75}.l{stroke:currentColor;stroke-opacity:.35}.b{fill:#c62828;fill-opacity:.22}
        .p{fill:#1565c0;fill-opacity:.75}
        .e{fill:currentColor;fill-opacity:.55}.f{fill:#c62828}.r{fill:#1565c0}.c{fill:#2e7d32}
        @media(prefers-color-scheme:dark){svg{background:#14171a;color:#e6e8ea}.b{fill:#ef5350;fill-opacity:.3}
        .p,.r{fill:#64b5f6}.f{fill:#ef5350}.c{fill:#81c784}}
        </style>
        """;

    /// <summary>The picture, a whole document.</summary>
    public static string Of(Incident incident)
    {
        var (first, last) = Span(incident);
        var phases = incident.Phases.Count < DrawnMax ? incident.Phases.Count : DrawnMax;
        var high = LaneTop + Lane * 2 + 34 + Row * phases + 16;
        var svg = new StringBuilder(16 << 10);
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Wide} {high}\" role=\"img\" ");
        svg.Append("aria-label=\"").Append(Escaped($"Incident {incident.Id}: {incident.Cause}")).Append("\">\n").Append(Style).Append('\n');
        Text(svg, 16, 24, "h", Short($"{incident.Id}  {incident.Cause}", 118));
        Text(svg, 16, 44, "", Short(string.Join("; ", incident.Groups.Select(group => $"{group.Name}: {group.Noticed}")), 130));
        var peer = incident.ClockErrorMs is { } error
            ? string.Create(CultureInfo.InvariantCulture, $"; {incident.Peer} to within {error} ms") : "";
        Text(svg, 16, 62, "s", $"0 = {IncidentText.Time(incident.ZeroUnixMs)}, clock of {incident.Node}{peer}");
        Axis(svg, first, last);
        foreach (var group in incident.Groups) Silence(svg, group, first, last);
        Node(svg, incident, incident.Node, 0, first, last);
        Node(svg, incident, incident.Peer, 1, first, last);
        Phases(svg, incident, phases, first, last);
        return svg.Append("</svg>\n").ToString();
    }

    /// <summary>From the first phase or silence to the last, with a margin; all events when there are no phases.</summary>
    private static (long First, long Last) Span(Incident incident)
    {
        var (first, last) = (long.MaxValue, long.MinValue);
        foreach (var phase in incident.Phases) Take(phase.AtMs);
        foreach (var group in incident.Groups)
        {
            if (group.SilenceFromMs is { } from) Take(from);
            if (group.SilenceToMs is { } to) Take(to);
        }

        if (first > last)
            foreach (var entry in incident.Events) Take(entry.AtMs);
        if (first > last) return (0, 1000);
        var margin = Math.Max(50, (last - first) / 20);
        return (first - margin, last + margin);

        void Take(long at) => (first, last) = (Math.Min(first, at), Math.Max(last, at));
    }

    private static double X(long at, long first, long last) =>
        Left + (double)(Math.Clamp(at, first, last) - first) / Math.Max(1, last - first) * (Wide - Left - Right);

    private static void Axis(StringBuilder svg, long first, long last)
    {
        var step = 1L;
        // 1, 2, 5, 10 … until at most ten marks are left.
        for (var turn = 0; (last - first) / step > 10; turn++) step = turn % 3 == 1 ? step / 2 * 5 : step * 2;
        for (var at = first / step * step; at <= last; at += step)
        {
            if (at < first) continue;
            var x = X(at, first, last);
            svg.Append(CultureInfo.InvariantCulture, $"<path class=\"l\" d=\"M{x:0.#} {LaneTop - 14}V{LaneTop + Lane * 2}\"/>");
            Text(svg, x + 3, LaneTop - 4, "s", IncidentText.Signed(at) + " s");
        }

        svg.Append('\n');
    }

    private static void Silence(StringBuilder svg, IncidentGroup group, long first, long last)
    {
        if (group.SilenceFromMs is not { } from) return;
        var (left, right) = (X(from, first, last), X(group.SilenceToMs ?? last, first, last));
        svg.Append(CultureInfo.InvariantCulture,
            $"<rect class=\"b\" x=\"{left:0.#}\" y=\"{LaneTop}\" width=\"{Math.Max(1, right - left):0.#}\" height=\"{Lane * 2}\"><title>");
        svg.Append(Escaped($"{group.Name}: {group.Noticed}")).Append("</title></rect>\n");
    }

    private static void Node(StringBuilder svg, Incident incident, string name, int lane, long first, long last)
    {
        var y = LaneTop + Lane * lane + Lane / 2;
        Text(svg, 16, y + 4, "h", Short(name, 12));
        svg.Append(CultureInfo.InvariantCulture, $"<path class=\"l\" d=\"M{Left} {y}H{Wide - Right}\"/>\n");
        var drawn = 0;
        foreach (var entry in incident.Events)
        {
            if (entry.Node != name || entry.AtMs < first || entry.AtMs > last || drawn++ >= DrawnMax) continue;
            var kind = entry.IsFailure || entry.Kind is "alarm" or "fence" ? "f" : entry.IsRole ? "r" : entry.Kind == "command" ? "c" : "e";
            svg.Append(CultureInfo.InvariantCulture,
                $"<circle class=\"{kind}\" cx=\"{X(entry.AtMs, first, last):0.#}\" cy=\"{y}\" r=\"{(kind == "e" ? 3 : 5)}\"><title>");
            svg.Append(Escaped($"{IncidentText.Signed(entry.AtMs)} s {entry.Kind} {entry.Text}")).Append("</title></circle>\n");
        }
    }

    private static void Phases(StringBuilder svg, Incident incident, int count, long first, long last)
    {
        var y = LaneTop + Lane * 2 + 34;
        for (var number = 0; number < count; number++, y += Row)
        {
            var phase = incident.Phases[number];
            var (left, right) = (X(phase.AtMs - phase.DurationMs, first, last), X(phase.AtMs, first, last));
            svg.Append(CultureInfo.InvariantCulture,
                $"<rect class=\"p\" x=\"{left:0.#}\" y=\"{y - 11}\" width=\"{Math.Max(2, right - left):0.#}\" height=\"12\"/>");
            var words = $"{phase.Name} ({phase.Node}) {SilentWords.Seconds(phase.DurationMs)}";
            // Beside the bar, on the side with more room.
            if (right < (double)Wide * 2 / 3) Text(svg, right + 6, y, "", words);
            else Text(svg, left - 6, y, "", words, end: true);
        }
    }

    private static void Text(StringBuilder svg, double x, double y, string kind, string words, bool end = false)
    {
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{x:0.#}\" y=\"{y:0.#}\"");
        if (kind.Length > 0) svg.Append(" class=\"").Append(kind).Append('"');
        if (end) svg.Append(" text-anchor=\"end\"");
        svg.Append('>').Append(Escaped(words)).Append("</text>\n");
    }

    private static string Short(string words, int most) => words.Length <= most ? words : string.Concat(words.AsSpan(0, most - 1), "…");

    /// <summary>Text of others becomes text and nothing else; what XML 1.0 does not allow becomes a blank.</summary>
    private static string Escaped(string words)
    {
        var safe = new StringBuilder(words.Length + 16);
        for (var number = 0; number < words.Length; number++)
        {
            var character = words[number];
            switch (character)
            {
                case '<': safe.Append("&lt;"); break;
                case '>': safe.Append("&gt;"); break;
                case '&': safe.Append("&amp;"); break;
                case '"': safe.Append("&quot;"); break;
                case '\'': safe.Append("&#39;"); break;
                case < ' ' or '\uFFFE' or '\uFFFF': safe.Append(' '); break;
                default:
                    if (!char.IsSurrogate(character)) safe.Append(character);
                    else if (char.IsHighSurrogate(character) && number + 1 < words.Length && char.IsLowSurrogate(words[number + 1]))
                        safe.Append(character).Append(words[++number]);
                    else safe.Append(' ');
                    break;
            }
        }

        return safe.ToString();
    }
}
