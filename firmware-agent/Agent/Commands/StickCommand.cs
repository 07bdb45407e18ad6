using System.CommandLine;
using System.Globalization;
using Appliance.Agent.Stick;
using Appliance.Agent.Status;
using Appliance.Core.Configuration;
using ConfigSchema = Appliance.Core.Configuration.Schema.ConfigSchema;
using Appliance.Core.Stick;

namespace Appliance.Agent.Commands;

/// <summary><c>appliance stick</c>: a USB stick configures a node, and what makes it believed.</summary>
public static class StickCommand
{
    /// <summary>Folder of mount points; private to the unit.</summary>
    private const string MountsUnder = "/run/appliance";

    public static Command Create() => new("stick", "Configures a node from a USB stick.") { Apply(), Sign(), Check() };

    private static Argument<string> Folder(string words) => new("DIR") { Description = words };

    private static Command Apply()
    {
        var source = new Argument<string>("STICK") { Description = "Block device with FAT or exFAT, or a folder with a stick's files." };
        var directory = new Option<string>("--directory")
        {
            Description = "Where the node's files are.",
            HelpName = "DIR",
            DefaultValueFactory = _ => Path.GetDirectoryName(ConfigCommand.FileDefault)!,
        };
        var noRestart = new Option<bool>("--no-restart") { Description = "Leave network and agent as they are." };
        var command = new Command(
            "apply", "Takes what is on a stick, as a whole or not at all; exit code 0: taken or nothing new, 1: refused.")
            { source, directory, noRestart };
        command.SetAction(line =>
        {
            var output = line.InvocationConfiguration.Output;
            var end = new StickApply(
                Path.GetFullPath(line.GetRequiredValue(directory)), MountsUnder,
                new StickHost(SocketOption.Of(line), !line.GetValue(noRestart)), text => output.WriteLine(Words.Clean(text)))
                .Run(line.GetRequiredValue(source));
            output.WriteLine(end switch
            {
                StickEnd.Accepted => "accepted",
                StickEnd.Known => "already applied: nothing was changed",
                StickEnd.NotOurs => "left alone",
                _ => "refused: nothing was changed",
            });
            return (int)(end == StickEnd.Refused ? ExitCode.Warning : ExitCode.Ok);
        });
        return command;
    }

    private static Command Check()
    {
        var folder = Folder("Folder with a stick's files.");
        var command = new Command("check", "Says what a node without a configuration would say to a stick; nothing is changed.") { folder };
        command.SetAction(line =>
        {
            var contents = StickReader.Read(line.GetRequiredValue(folder));
            if (contents.Problems.Count > 0) return Refuse(line, contents.Problems);
            var verdict = StickJudge.Decide(contents.Files, new StickStanding(false, ""));
            if (verdict is StickVerdict.Refused refused) return Refuse(line, refused.Problems);
            var taken = (StickVerdict.Taken)verdict;
            var output = line.InvocationConfiguration.Output;
            foreach (var note in taken.Notes) output.WriteLine(Words.Clean(note));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"usable: node {taken.Node} of cluster {taken.Config.Cluster.Name}, {taken.Files.Length} files, "
                    + $"number {taken.Mark.Serial}"));
            return (int)ExitCode.Ok;
        });
        return command;
    }

    private static Command Sign()
    {
        var folder = Folder("Folder with a stick's files; its proof is written anew.");
        var key = new Option<string?>("--key")
        {
            Description = $"Key file that the node has now. Default: {StickNames.Key} of the stick, else {ConfigSchema.KeyFileDefault}.",
            HelpName = "FILE",
        };
        var serial = new Option<long?>("--serial")
        {
            Description = "Number of the stick; a node takes only larger ones than its last. Default: seconds since 1970.",
            HelpName = "NUMBER",
        };
        var command = new Command("sign", "Proves with the cluster's key that a stick may change a node that is configured.")
            { folder, key, serial };
        command.SetAction(line => Run(line, line.GetRequiredValue(folder), line.GetValue(key), line.GetValue(serial)));
        return command;
    }

    private static int Run(ParseResult line, string folder, string? keyPath, long? serial)
    {
        // The old proof says nothing about the files as they are now.
        var contents = StickReader.Read(folder);
        var files = new List<StickFile>();
        var last = 0L;
        foreach (var file in contents.Files)
        {
            if (file.Name != StickNames.Proof) files.Add(file);
            else if (StickProof.Read(file.Bytes, out _) is { } old) last = old.Serial;
        }

        if (contents.Problems.Count > 0) return Refuse(line, contents.Problems);
        var problems = new List<string>();
        var path = keyPath ?? Path.Combine(folder, StickNames.Key);
        if (keyPath is null && !File.Exists(path)) path = ConfigSchema.KeyFileDefault;
        if (ReadKey(path, problems) is not { } key) return Refuse(line, problems);
        if (StickJudge.Contents(files, problems) is not { } config) return Refuse(line, problems);
        if (serial is < 1) return Ask.Fail(line, "--serial is a whole number above 0");
        var number = serial ?? Math.Max(DateTimeOffset.UtcNow.ToUnixTimeSeconds(), last + 1);
        if (StickMaker.Sign(folder, files, config.Cluster.Name, key, number) is { } problem)
            return Ask.Fail(line, problem);
        line.InvocationConfiguration.Output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"signed {files.Count} files for cluster {config.Cluster.Name} with key {key.Id}, number {number}"));
        return (int)ExitCode.Ok;
    }

    private static Core.Wire.Key? ReadKey(string path, List<string> problems)
    {
        if (ConfigFile.Read(path, out var problem) is not { } bytes)
        {
            problems.Add(problem);
            return null;
        }

        var result = KeyFile.Read(bytes);
        foreach (var wrong in result.Problems) problems.Add($"{path}:{wrong}");
        return result.Keys?.Sending;
    }

    private static int Refuse(ParseResult line, IEnumerable<string> problems)
    {
        foreach (var problem in problems) line.InvocationConfiguration.Error.WriteLine($"appliance: {Words.Clean(problem)}");
        return (int)ExitCode.Critical;
    }
}
