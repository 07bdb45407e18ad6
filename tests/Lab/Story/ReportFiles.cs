using System.Text.Encodings.Web;
using System.Text.Json;
using Appliance.Lab.Stacks;

namespace Appliance.Lab.Story;

/// <summary>The report for machines and the one for people.</summary>
public static class ReportFiles
{
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes both: report.json, an array with one entry a fault, and report.html.</summary>
    public static void Write(string directory, IClusterStack stack, IReadOnlyList<FaultReport> reports)
    {
        Directory.CreateDirectory(directory);
        File.WriteAllText($"{directory}/report.json", JsonSerializer.Serialize(reports, Format) + "\n");
        File.WriteAllText($"{directory}/report.html", HtmlReport.Write($"{stack.Name}, {stack.Settings}", reports));
    }
}
