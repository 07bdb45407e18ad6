using System.Globalization;
using System.Text;

namespace Appliance.Lab.Bench;

/// <summary>The figures as a Markdown table, ready for the documentation.</summary>
public static class BenchTable
{
    /// <summary>Writes it: a column for each stack, a row for each figure, medians over the runs.</summary>
    public static string Markdown(IReadOnlyList<StackFigures> all, int runs)
    {
        var text = new StringBuilder();
        text.AppendLine($"Medians of {runs} runs on {Environment.ProcessorCount} cores, all in the same lab with the same prober");
        text.AppendLine("(a question every 50 ms).");
        text.AppendLine();
        Row(text, "", all, figures => $"{figures.Stack}<br>{figures.Settings}");
        text.AppendLine("|---|" + string.Concat(Enumerable.Repeat("---:|", all.Count)));
        Row(text, "power loss → address answers", all, figures => Seconds(figures.PowerToAddress));
        Row(text, "power loss → MySQL commits", all, figures => Seconds(figures.PowerToMySql));
        Row(text, "power loss → SIP answers", all, figures => Seconds(figures.PowerToSip));
        Row(text, "planned switchover, SIP outage", all, figures => Seconds(figures.SwitchoverSip));
        Row(text, "planned switchover, MySQL outage", all, figures => Seconds(figures.SwitchoverMySql));
        Row(text, "resident memory, all daemons", all, figures => figures.Use is { } use ? Megabytes(use.ResidentKiB) : "–");
        Row(text, "the same, shared pages divided (PSS)", all, figures => figures.Use is { } use ? Megabytes(use.ProportionalKiB) : "–");
        Row(text, "idle CPU, % of a core", all, figures => figures.Use is { } use
            ? use.CpuPercent.ToString("0.00", CultureInfo.InvariantCulture) : "–");
        Row(text, "executable", all, figures => figures.BinaryBytes is { } bytes ? $"{bytes / 1e6:0.0} MB" : "–");
        Row(text, "start to first heartbeat", all, figures => figures.FirstHeartbeatMs is { } ms ? $"{ms:0} ms" : "–");
        foreach (var figures in all.Where(figures => figures.Complaints.Count > 0))
            text.AppendLine().AppendLine($"{figures.Stack}, runs that did not end well: {string.Join("; ", figures.Complaints)}.");
        return text.ToString();
    }

    private static void Row(StringBuilder text, string name, IReadOnlyList<StackFigures> all, Func<StackFigures, string> cell) =>
        text.AppendLine($"| {name} | {string.Join(" | ", all.Select(cell))} |");

    private static string Seconds(List<int?> values) =>
        values.Count == 0 ? "–" : StackFigures.Median(values) is { } median ? $"{median / 1000:0.00} s" : "not always";

    private static string Megabytes(long kibibytes) => $"{kibibytes / 1024.0:0.0} MiB";
}
