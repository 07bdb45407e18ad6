using System.CommandLine;
using System.Text.Json;
using Appliance.Agent.Import;
using Appliance.Core.Configuration.Schema;
using Appliance.Core.Import;
using Appliance.Core.Import.Writing;

namespace Appliance.Agent.Commands;

/// <summary><c>appliance import</c>: an appliance.toml of the files of the pair that is replaced.</summary>
internal static class ImportCommand
{
    public static Command Create()
    {
        var paths = new Argument<string[]>("PATH")
        {
            Description = "Files, or folders such as a copy of /etc.", Arity = ArgumentArity.OneOrMore,
        };
        var nodeA = Text("--node-a", "NAME", "Name of the first node. Default: the first one that the files name.");
        var cluster = Text("--cluster", "NAME", "Name of the pair. Default: as the files say.");
        var output = Text("--output", "PATH",
            "File to write; a folder gets appliance.toml, a new cluster.key and the passwords of fence devices. Default: print it.");
        var report = Text("--report", "FILE", "File for the report. Default: the terminal.");
        var json = new Option<bool>("--json") { Description = "One JSON object." };
        var command = new Command(
            "import", "Makes an appliance.toml of the files of a Heartbeat, Pacemaker, Corosync, DRBD or ASHA pair.")
        {
            paths, nodeA, cluster, output, report, json,
        };
        command.SetAction(line => Run(
            line, line.GetRequiredValue(paths), new ImportOptions(line.GetValue(nodeA), line.GetValue(cluster)),
            line.GetValue(output), line.GetValue(report), line.GetValue(json)));
        return command;
    }

    private static Option<string?> Text(string name, string value, string description) =>
        new(name) { Description = description, HelpName = value };

    private static int Run(ParseResult line, string[] paths, ImportOptions options, string? output, string? report, bool json)
    {
        foreach (var (option, name) in new[] { ("--node-a", options.NodeA), ("--cluster", options.Cluster) })
            if (name is not null && !Types.IsName(name))
                return Ask.Fail(line, $"{option} {name}: expected at most 32 letters, digits, \"-\", \"_\" and \".\"");
        if (output is "" || report is "") return Ask.Fail(line, "the name of a file to write is empty");
        var files = new OldFiles();
        foreach (var path in paths)
            if (files.Add(path) is { } problem) return Ask.Fail(line, problem);
        var result = PairImport.Run([.. files.Found], options);
        var place = output is null ? null : new NewFiles(output);
        if (place is not null && place.Refusal(result, report) is { } refused) return Ask.Fail(line, refused);
        var text = ReportText.Write(result, place?.ConfigPath ?? "appliance.toml");
        if (place?.Write(result) is { } unwritten) return Ask.Fail(line, unwritten);
        if (report is not null && NewFiles.WriteReport(report, text) is { } unreported) return Ask.Fail(line, unreported);
        Print(line, result, place, report is null ? text : ReportText.Sum(result) + "\n", json);
        return (int)(result.IsComplete ? ExitCode.Ok : ExitCode.Warning);
    }

    private static void Print(ParseResult line, ImportResult result, NewFiles? place, string report, bool json)
    {
        var (stdout, stderr) = (line.InvocationConfiguration.Output, line.InvocationConfiguration.Error);
        if (json)
        {
            stdout.WriteLine(JsonSerializer.Serialize(View(result, place is null), ImportJson.Readable.ImportView));
            return;
        }

        if (place is null) stdout.Write(result.Toml);
        // A file that is printed must not have a report in it.
        var error = place is null ? stderr : stdout;
        foreach (var sentence in report.TrimEnd('\n').Split('\n')) error.WriteLine(Status.Words.Clean(sentence));
        foreach (var sentence in NewFiles.Afterwards(place, result)) error.WriteLine(Status.Words.Clean(sentence));
    }

    private static ImportView View(ImportResult result, bool withToml) => new(
        result.Mapped, result.Noted, result.Refused, result.Omitted,
        [.. result.Findings.Select(finding => new ImportFindingView(
            finding.Place.File, finding.Place.Line, finding.Directive, Finding.WordOf(finding.Disposition), finding.Words))],
        [.. result.Open.Select(problem => new ConfigProblemView(
            problem.Severity.ToString().ToLowerInvariant(), problem.Line, problem.Column, problem.KeyPath, problem.Message))],
        withToml ? result.Toml : null);
}
