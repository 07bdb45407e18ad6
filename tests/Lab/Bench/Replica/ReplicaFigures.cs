using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;

namespace Appliance.Lab.Bench.Replica;

/// <summary>One contestant's values for one figure, an entry for each run.</summary>
public sealed class Series
{
    /// <summary>Who.</summary>
    [JsonPropertyName("contestant")]
    public required string Contestant { get; init; }

    /// <summary>In the figure's unit.</summary>
    [JsonPropertyName("values")]
    public List<double> Values { get; init; } = [];

    /// <summary>Of all its processes, percent of a core; empty where it was not measured.</summary>
    [JsonPropertyName("cpu_percent")]
    public List<double> Cpu { get; init; } = [];

    /// <summary>The middle value.</summary>
    [JsonPropertyName("median")]
    public double Median => Middle(Values);

    /// <summary>The middle value; not a number when there is none.</summary>
    public static double Middle(IReadOnlyList<double> values)
    {
        if (values.Count == 0) return double.NaN;
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}

/// <summary>One line of the table: what was measured, by whom, and what was aimed at.</summary>
public sealed class Figure
{
    /// <summary>The part it belongs to.</summary>
    [JsonPropertyName("part")]
    public required string Part { get; init; }

    /// <summary>What.</summary>
    [JsonPropertyName("name")]
    public required string Name { get; init; }

    /// <summary>Of the values.</summary>
    [JsonPropertyName("unit")]
    public required string Unit { get; init; }

    /// <summary>All contestants, ours first.</summary>
    [JsonPropertyName("series")]
    public List<Series> All { get; init; } = [];

    /// <summary>The aim, in words; empty where there is none.</summary>
    [JsonPropertyName("target")]
    public string Target { get; set; } = "";

    /// <summary>What the aim is about: a ratio or the value itself. Not a number until it is known.</summary>
    [JsonPropertyName("reached")]
    [JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)]
    public double Reached { get; set; } = double.NaN;

    /// <summary>Whether the aim was met; null where there is none.</summary>
    [JsonPropertyName("met")]
    public bool? Met { get; set; }

    /// <summary>Adds one run's value.</summary>
    public void Add(string contestant, double value, double? cpu = null)
    {
        var series = All.Find(candidate => candidate.Contestant == contestant);
        if (series is null) All.Add(series = new Series { Contestant = contestant });
        series.Values.Add(value);
        if (cpu is { } percent) series.Cpu.Add(percent);
    }

    /// <summary>The median of a contestant.</summary>
    public double Of(string contestant) => All.Find(candidate => candidate.Contestant == contestant)?.Median ?? double.NaN;

    /// <summary>States the aim and judges it, unless nothing was measured.</summary>
    public void Judge(string target, double reached, bool met) =>
        (Target, Reached, Met) = (target, reached, double.IsNaN(reached) ? null : met);
}

/// <summary>All figures of a run and their table.</summary>
public sealed class ReplicaFigures
{
    /// <summary>In the order of the table.</summary>
    public List<Figure> All { get; } = [];

    /// <summary>The figure of this name, made when it is new.</summary>
    public Figure Get(string part, string name, string unit)
    {
        var figure = All.Find(candidate => candidate.Part == part && candidate.Name == name);
        if (figure is null) All.Add(figure = new Figure { Part = part, Name = name, Unit = unit });
        return figure;
    }

    /// <summary>A Markdown table for each part: figures down, contestants across, the aim at the end.</summary>
    public string Markdown()
    {
        var text = new StringBuilder();
        foreach (var part in All.GroupBy(figure => figure.Part))
        {
            var names = part.SelectMany(figure => figure.All).Select(series => series.Contestant).Distinct().ToArray();
            text.AppendLine($"### {part.Key}").AppendLine();
            text.AppendLine($"| | {string.Join(" | ", names)} | aim | reached |");
            text.AppendLine("|---|" + string.Concat(Enumerable.Repeat("---:|", names.Length + 2)));
            foreach (var figure in part) text.AppendLine(Row(figure, names));
            text.AppendLine();
        }
        return text.ToString();
    }

    private static string Row(Figure figure, string[] names)
    {
        var cells = names.Select(name => figure.All.Find(series => series.Contestant == name) is { } series ? Cell(figure, series) : "–");
        var reached = figure.Met is { } met ? $"{Number(figure.Reached)} {(met ? "✓" : "✗")}" : "";
        return $"| {figure.Name} | {string.Join(" | ", cells)} | {figure.Target} | {reached} |";
    }

    private static string Cell(Figure figure, Series series) => $"{Number(series.Median)} {figure.Unit}" +
        (series.Cpu.Count > 0 ? $" (CPU {Series.Middle(series.Cpu):0} %)" : "");

    private static string Number(double value) => double.IsNaN(value) ? "–" : value.ToString(
        Math.Abs(value) switch { >= 1000 => "#,0", >= 100 => "0", >= 10 => "0.0", _ => "0.00" }, CultureInfo.InvariantCulture);
}
