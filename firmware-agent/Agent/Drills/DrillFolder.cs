namespace Appliance.Agent.Drills;

/// <summary>Where reports are kept: text and JSON of the newest hundred drills.</summary>
/// <param name="path">The folder.</param>
public sealed class DrillFolder(string path)
{
    private const int FilesMax = 200;

    /// <summary>Makes the folder and shows that it takes files. Null, or why it does not.</summary>
    public string? Open() => Try(() =>
    {
        Directory.CreateDirectory(path);
        var trial = Path.Combine(path, ".trial");
        File.WriteAllText(trial, "");
        File.Delete(trial);
    });

    /// <summary>Null when it is on disk, else why not.</summary>
    public string? Keep(DrillReport report) => Try(() =>
    {
        var name = Path.Combine(path, $"{report.At.Replace(":", "", StringComparison.Ordinal)}-{report.Fault.Replace(' ', '-')}");
        File.WriteAllText($"{name}.txt", report.Text());
        File.WriteAllText($"{name}.json", DrillJson.Of(report));
        var files = Directory.GetFiles(path);
        Array.Sort(files, StringComparer.Ordinal); // Their names begin with the time.
        for (var oldest = 0; oldest < files.Length - FilesMax; oldest++) File.Delete(files[oldest]);
    });

    private string? Try(Action act)
    {
        try
        {
            act();
            return null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return $"the report cannot be kept in {path}: {fault.Message}";
        }
    }
}
