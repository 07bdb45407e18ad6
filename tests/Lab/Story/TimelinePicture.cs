using System.Globalization;
using System.Net;
using System.Text;

namespace Appliance.Lab.Story;

/// <summary>The phases of one fault as bars over a time axis, nodes first, the client's outages last.</summary>
public static class TimelinePicture
{
    private const int Width = 900;
    private const int Labels = 210;
    private const int RowHeight = 24;
    private const int Top = 26;
    private const int RoomForDuration = 70;
    private static readonly int[] Steps = [50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000];

    /// <summary>Draws it as SVG.</summary>
    public static string Draw(FaultReport report)
    {
        var phases = report.Phases.OrderBy(phase => phase.Node == Timeline.Client).ThenBy(phase => phase.StartMs).ToArray();
        var from = Math.Min(-100, phases.Select(phase => phase.StartMs).DefaultIfEmpty(0).Min() - 50);
        var to = Math.Max(500, phases.Select(phase => phase.StartMs + phase.DurationMs).DefaultIfEmpty(0).Max() + 50);
        double X(double ms) => Labels + ((ms - from) / (to - from) * (Width - Labels - RoomForDuration));

        var height = Top + (Math.Max(1, phases.Length) * RowHeight) + 10;
        var label = WebUtility.HtmlEncode($"Timeline of {report.Fault}");
        var svg = new StringBuilder($"<svg viewBox=\"0 0 {Width} {height}\" role=\"img\" aria-label=\"{label}\">");
        DrawAxis(svg, from, to, height, X);
        for (var row = 0; row < phases.Length; row++) DrawPhase(svg, phases[row], Top + (row * RowHeight), X);
        if (phases.Length == 0)
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"0\" y=\"{Top + 15}\">nothing interrupted the clients</text>");
        return svg.Append("</svg>").ToString();
    }

    private static void DrawAxis(StringBuilder svg, int from, int to, int height, Func<double, double> x)
    {
        var step = Steps.FirstOrDefault(candidate => (to - from) / candidate <= 10, Steps[^1]);
        for (var ms = (int)Math.Ceiling((double)from / step) * step; ms <= to; ms += step)
        {
            var kind = ms == 0 ? " class=\"fault\"" : "";
            var label = ms == 0 ? "fault" : ms >= 1000 || ms <= -1000
                ? $"{(ms / 1000.0).ToString("0.#", CultureInfo.InvariantCulture)} s" : $"{ms} ms";
            svg.Append(CultureInfo.InvariantCulture, $"<line{kind} x1=\"{x(ms):0.#}\" x2=\"{x(ms):0.#}\" y1=\"18\" y2=\"{height}\"/>");
            svg.Append(CultureInfo.InvariantCulture,
                $"<text class=\"soft\" x=\"{x(ms):0.#}\" y=\"12\" text-anchor=\"middle\">{label}</text>");
        }
    }

    private static void DrawPhase(StringBuilder svg, Phase phase, int y, Func<double, double> x)
    {
        var kind = phase.Node == Timeline.Client ? "client" : "node";
        var (start, end) = (x(phase.StartMs), x(phase.StartMs + phase.DurationMs));
        svg.Append(CultureInfo.InvariantCulture,
            $"<text x=\"0\" y=\"{y + 15}\">{WebUtility.HtmlEncode($"{phase.Node}: {phase.Name}")}</text>");
        svg.Append(CultureInfo.InvariantCulture,
            $"<rect class=\"{kind}\" x=\"{start:0.#}\" y=\"{y + 4}\" width=\"{Math.Max(2, end - start):0.#}\" height=\"14\" rx=\"2\"/>");
        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"soft\" x=\"{end + 5:0.#}\" y=\"{y + 15}\">{phase.DurationMs} ms</text>");
    }
}
