using System.Collections.Immutable;
using System.Text;
using Appliance.Core.Configuration;

namespace Appliance.Core.Import.Writing;

/// <summary>The report of an import: a line for each directive, what has to be filled in, and the sum.</summary>
public static class ReportText
{
    /// <param name="result">What the import gave.</param>
    /// <param name="name">Of the new file.</param>
    public static string Write(ImportResult result, string name)
    {
        var text = new StringBuilder();
        foreach (var finding in result.Findings) text.Append(Clean(finding.ToString())).Append('\n');
        if (result.Omitted > 0) text.Append($"… and {result.Omitted} more\n");
        foreach (var problem in result.Open)
            text.Append(Clean($"{name}:{problem.Line}: fill in: {Where(problem)}{problem.Message}")).Append('\n');
        return text.Append(Sum(result)).Append('\n').ToString();
    }

    public static string Sum(ImportResult result)
    {
        var open = result.Open.Length == 0 ? "nothing to fill in: config check accepts the new file"
            : $"{result.Open.Length} to fill in, config check names them";
        return $"{result.Mapped} mapped, {result.Noted} noted, {result.Refused} refused; {open}.";
    }

    /// <summary>A name of a file may have any letters.</summary>
    private static string Clean(string line) => string.Concat(line.Select(letter => char.IsControl(letter) ? '.' : letter));

    private static string Where(Problem problem) => problem.KeyPath.Length > 0 ? $"{problem.KeyPath}: " : "";
}
