using System.Net;
using System.Text;

namespace Appliance.Lab.Story;

/// <summary>The report as one page without any outside part: the figures, a picture of the timeline and the lines themselves.</summary>
public static class HtmlReport
{
    private const string Style = """
        :root { color-scheme: light dark; --ink: #1c2530; --paper: #fbfaf7; --line: #d5d2c8; --soft: #6d7681; --node: #2f6f8f;
                --client: #b3541e; --good: #2c7a4b; --bad: #b3261e; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e6e3dc; --paper: #15191e; --line: #343b44; --soft: #9aa3ad; --node: #6fb3d2;
                --client: #e8935a; --good: #6cc490; --bad: #ff8a80; } }
        body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
               margin: 0 auto; max-width: 62rem; padding: 1.5rem 1rem 3rem; }
        h1 { font-size: 1.4rem; margin: 0; } h2 { font-size: 1.1rem; margin: 2.2rem 0 .4rem; }
        p { margin: .2rem 0 .8rem; color: var(--soft); }
        .figures { display: flex; flex-wrap: wrap; gap: .4rem 2rem; margin: .6rem 0 1rem; font-variant-numeric: tabular-nums; }
        .figures b { font-size: 1.35rem; display: block; } .ok { color: var(--good); } .failed { color: var(--bad); }
        .picture { overflow-x: auto; }
        svg { display: block; min-width: 40rem; width: 100%; height: auto; font: 12px system-ui, sans-serif; }
        svg text { fill: var(--ink); } svg .soft { fill: var(--soft); } svg line { stroke: var(--line); } svg .fault { stroke: var(--bad); }
        svg .node { fill: var(--node); } svg .client { fill: var(--client); }
        table { border-collapse: collapse; font-variant-numeric: tabular-nums; } td { padding: .1rem .8rem .1rem 0; vertical-align: top; }
        td:first-child { text-align: right; white-space: nowrap; color: var(--soft); }
        """;

    /// <summary>Writes the page.</summary>
    public static string Write(string subtitle, IReadOnlyList<FaultReport> reports)
    {
        var page = new StringBuilder();
        page.Append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
        page.Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>Failover report</title>\n");
        page.Append($"<style>\n{Style}\n</style>\n</head>\n<body>\n<h1>Failover report</h1>\n");
        page.Append($"<p>{Text(subtitle)}. Outages are what a client on the LAN saw that asked every 50 ms.</p>\n");
        foreach (var report in reports) Append(page, report);
        return page.Append("</body>\n</html>\n").ToString();
    }

    private static void Append(StringBuilder page, FaultReport report)
    {
        page.Append($"<h2>{Text(report.Fault)} on {Text(report.Node)}</h2>\n<div class=\"figures\">");
        Figure(page, "address", Ms(report.OutageMs.Address), "");
        Figure(page, "MySQL", Ms(report.OutageMs.MySql), "");
        Figure(page, "SIP", Ms(report.OutageMs.Sip), "");
        Figure(page, "rows lost", $"{report.Rows.Lost} of {report.Rows.Acknowledged - report.Rows.OnTheOtherNode}", "");
        if (report.Rows.Replicated) Figure(page, "recordings lost", $"{report.Files.Lost} of {report.Files.Acknowledged}", "");
        Figure(page, "verdict", report.Verdict, report.IsOk ? "ok" : "failed");
        page.Append("</div>\n<div class=\"picture\">").Append(TimelinePicture.Draw(report)).Append("</div>\n<table>\n");
        foreach (var line in report.Timeline)
            page.Append($"<tr><td>{line.Ms:+0;-0;0} ms</td><td>{Text(line.Node)}</td><td>{Text(line.Text)}</td></tr>\n");
        page.Append("</table>\n");
    }

    private static void Figure(StringBuilder page, string name, string value, string kind) =>
        page.Append($"<div>{name}<b class=\"{kind}\">{Text(value)}</b></div>");

    private static string Ms(int? value) => value is null ? "did not come back" : $"{value} ms";

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
