using System.CommandLine;
using System.Collections.Immutable;
using System.Text.Json;
using Appliance.Agent.Status;
using Appliance.Core.Configuration;

namespace Appliance.Agent.Commands;

/// <summary><c>appliance config check</c>: every problem of a file in one run, and which double faults it cannot survive.</summary>
public static class ConfigCheckCommand
{
    public static Command Create()
    {
        var file = ConfigCommand.FileArgument();
        var json = new Option<bool>("--json") { Description = "One JSON object." };
        var command = new Command(
            "check", "Says everything that is wrong with a configuration file; exit code 0: usable, 2: not.") { file, json };
        command.SetAction(line => Run(line, line.GetRequiredValue(file), line.GetValue(json)));
        return command;
    }

    private static int Run(ParseResult line, string path, bool json)
    {
        if (ConfigFile.Read(path, out var problem) is not { } bytes) return Ask.Fail(line, problem);
        var result = ConfigReader.Read(bytes);
        var faults = result.Config is { } config ? Assessment.DoubleFaults(config) : [];
        var output = line.InvocationConfiguration.Output;
        if (json) output.WriteLine(JsonSerializer.Serialize(View(path, result, faults), ConfigJson.Readable.ConfigCheckView));
        else Print(output, path, result, faults);
        return (int)(result.Config is null ? ExitCode.Critical : ExitCode.Ok);
    }

    private static void Print(TextWriter output, string path, ConfigResult result, ImmutableArray<string> faults)
    {
        foreach (var problem in result.Problems) output.WriteLine($"{path}:{Words.Clean(problem.ToString())}");
        foreach (var fault in faults) output.WriteLine($"note: {Words.Clean(fault)}");
        var refused = result.Problems.Count(problem => problem.Severity != Severity.Warning);
        output.WriteLine(result.Config is { } config
            ? $"{path}: usable; cluster {config.Cluster.Name} of {string.Join(" and ", config.Nodes)}, digest {config.Digest:x8}"
            : $"{path}: not usable, {refused} {(refused == 1 ? "problem" : "problems")}");
    }

    private static ConfigCheckView View(string path, ConfigResult result, ImmutableArray<string> faults) => new(
        path,
        result.Config is not null,
        result.Config is { } config ? $"{config.Digest:x8}" : null,
        [.. result.Problems.Select(problem =>
            new ConfigProblemView(
                problem.Severity.ToString().ToLowerInvariant(), problem.Line, problem.Column, problem.KeyPath, problem.Message))],
        [.. faults]);
}
